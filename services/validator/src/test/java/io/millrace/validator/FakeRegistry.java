package io.millrace.validator;

import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** A registry in memory that can be taken away. */
public final class FakeRegistry implements SchemaRegistry {
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Set<Integer> bugs = ConcurrentHashMap.newKeySet();
  private volatile boolean away;
  private int asked;

  public void add(int id, Schema schema) {
    schemas.put(id, schema);
  }

  public void setAway(boolean away) {
    this.away = away;
  }

  /** Whoever asks for it meets a bug. */
  public void addBug(int id) {
    bugs.add(id);
  }

  public int asked() {
    return asked;
  }

  @Override
  public Registration register(String artifactId, Schema schema) {
    return new Registration.Accepted(1000 + artifactId.length());
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Removal remove(String artifactId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Schema> schema(int id) {
    asked++;
    if (away) {
      throw new RegistryUnavailableException("away");
    }
    if (bugs.contains(id)) {
      throw new IllegalStateException("as the test wants it");
    }
    return Optional.ofNullable(schemas.get(id));
  }
}
