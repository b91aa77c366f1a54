package io.millrace.messaging.registry;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;

/** Takes every schema; the same one has the same id. Tests replace what should go otherwise. */
public class RegistryInMemory implements SchemaRegistry {
  private final TreeMap<Integer, Schema> schemas = new TreeMap<>();

  /** One that knows nothing yet. */
  public RegistryInMemory() {}

  /** One that knows a schema. */
  public RegistryInMemory(int id, Schema schema) {
    add(id, schema);
  }

  public synchronized void add(int id, Schema schema) {
    schemas.put(id, schema);
  }

  @Override
  public synchronized Registration register(String artifactId, Schema schema) {
    int id =
        schemas.entrySet().stream()
            .filter(known -> known.getValue().equals(schema))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseGet(() -> schemas.isEmpty() ? 1 : schemas.lastKey() + 1);
    schemas.put(id, schema);
    return new Registration.Accepted(id);
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    return new Registration.Accepted(0);
  }

  /** It knows schemas by their ids alone, which stay. */
  @Override
  public Removal remove(String artifactId) {
    return Removal.REMOVED;
  }

  @Override
  public synchronized Optional<Schema> schema(int id) {
    return Optional.ofNullable(schemas.get(id));
  }
}
