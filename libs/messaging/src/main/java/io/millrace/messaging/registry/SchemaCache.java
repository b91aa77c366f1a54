package io.millrace.messaging.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Schemas by id. Ids that a pipeline's version brings with it are known without the registry;
 * others are asked for once. An unknown id is asked for again each time: it may have been
 * registered since.
 */
public final class SchemaCache {
  private final SchemaRegistry registry;
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  public SchemaCache(SchemaRegistry registry) {
    this.registry = registry;
  }

  public void add(int id, Schema schema) {
    known.put(id, schema);
  }

  /**
   * The schema with an id; empty when there is none.
   *
   * @throws RegistryUnavailableException when the id is not cached and the registry is away
   */
  public Optional<Schema> schema(int id) {
    Schema cached = known.get(id);
    if (cached != null) {
      return Optional.of(cached);
    }
    Optional<Schema> found = registry.schema(id);
    found.ifPresent(schema -> known.put(id, schema));
    return found;
  }
}
