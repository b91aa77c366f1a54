package io.millrace.validator;

import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/** A registry in memory that can be taken away. */
public final class FakeRegistry implements SchemaRegistry {
  private final Map<Integer, Schema> schemas = new HashMap<>();
  private boolean away;
  private int asked;

  public void add(int id, Schema schema) {
    schemas.put(id, schema);
  }

  public void setAway(boolean away) {
    this.away = away;
  }

  public int asked() {
    return asked;
  }

  @Override
  public Registration register(String artifactId, Schema schema) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Schema> schema(int id) {
    asked++;
    if (away) {
      throw new RegistryUnavailableException("away");
    }
    return Optional.ofNullable(schemas.get(id));
  }
}
