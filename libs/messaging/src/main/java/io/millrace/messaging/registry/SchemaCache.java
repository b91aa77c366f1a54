package io.millrace.messaging.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Schemas by id. Ids that a pipeline's version brings with it are known without the registry;
 * others are asked for once. An unknown id is asked for again each time, as it may have been
 * registered since, and one without a usable schema after a while: somebody else may have answered.
 */
public final class SchemaCache {
  /** A process meets few; who registers more of them has others forgotten, and asked for again. */
  private static final int MOST_ASKED = 1_000;

  /** How long what can't be used is not asked for again. */
  static final Duration UNUSABLE = Duration.ofMinutes(1);

  /** What is known of an id. */
  public sealed interface LookUp {
    record Known(Schema schema) implements LookUp {}

    /** The registry has no such id. */
    record Unknown() implements LookUp {}

    /** There is something under the id that is no Avro schema, or none that stands by itself. */
    record Unusable(String reason) implements LookUp {}
  }

  private final SchemaRegistry registry;
  private final Map<Integer, Schema> added = new ConcurrentHashMap<>();
  private final Map<Integer, Answer> asked = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  private record Answer(LookUp found, long nanos) {}

  public SchemaCache(SchemaRegistry registry) {
    this(registry, System::nanoTime);
  }

  /**
   * @param nanos the time
   */
  SchemaCache(SchemaRegistry registry, LongSupplier nanos) {
    this.registry = registry;
    this.nanos = nanos;
  }

  public void add(int id, Schema schema) {
    added.put(id, schema);
  }

  /**
   * The schema with an id.
   *
   * @throws RegistryUnavailableException when the id is not cached and the registry is away
   */
  public LookUp lookUp(int id) {
    Schema known = added.get(id);
    if (known != null) {
      return new LookUp.Known(known);
    }
    Answer cached = asked.get(id);
    if (cached != null && holds(cached)) {
      return cached.found();
    }
    LookUp found = ask(id);
    if (!(found instanceof LookUp.Unknown)) {
      if (asked.size() >= MOST_ASKED) {
        asked.clear();
      }
      asked.put(id, new Answer(found, nanos.getAsLong()));
    }
    return found;
  }

  private boolean holds(Answer answer) {
    return !(answer.found() instanceof LookUp.Unusable)
        || nanos.getAsLong() - answer.nanos() < UNUSABLE.toNanos();
  }

  private LookUp ask(int id) {
    try {
      Optional<Schema> schema = registry.schema(id);
      return schema.isPresent() ? new LookUp.Known(schema.get()) : new LookUp.Unknown();
    } catch (UnusableSchemaException e) {
      return new LookUp.Unusable(e.reason());
    }
  }
}
