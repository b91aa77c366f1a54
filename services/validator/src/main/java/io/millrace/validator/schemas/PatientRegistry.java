package io.millrace.validator.schemas;

import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.UnusableSchemaException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Asks a registry that is away no more than once a second, and as often for one id that it does not
 * know, so that a flood of bad records does not hold up a stream thread.
 */
public final class PatientRegistry implements SchemaRegistry {
  /** How long records wait for their schema before they are refused. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MOST_UNKNOWN = 1000;
  private static final long HERE = Long.MIN_VALUE;

  private final SchemaRegistry registry;
  private final InstantSource clock;
  private final Map<Integer, Long> unknownSince = new HashMap<>();
  private long awaySince = HERE;
  private long lastAsked;

  public PatientRegistry(SchemaRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  @Override
  public Registration register(String artifactId, Schema schema) {
    return registry.register(artifactId, schema);
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    return registry.check(artifactId, schema);
  }

  @Override
  public Removal remove(String artifactId) {
    return registry.remove(artifactId);
  }

  @Override
  public synchronized Optional<Schema> schema(int id) {
    if (awaySince != HERE && clock.millis() - lastAsked < PAUSE.toMillis()) {
      throw new RegistryUnavailableException("the schema registry did not answer a moment ago");
    }
    Long unknown = unknownSince.get(id);
    if (unknown != null && clock.millis() - unknown < PAUSE.toMillis()) {
      return Optional.empty();
    }
    try {
      Optional<Schema> schema = registry.schema(id);
      awaySince = HERE;
      remember(id, schema.isPresent());
      return schema;
    } catch (UnusableSchemaException e) {
      awaySince = HERE;
      throw e;
    } catch (RegistryUnavailableException e) {
      lastAsked = clock.millis();
      if (awaySince == HERE) {
        awaySince = lastAsked;
      }
      throw e;
    }
  }

  private void remember(int id, boolean known) {
    if (known) {
      unknownSince.remove(id);
    } else {
      if (unknownSince.size() >= MOST_UNKNOWN) {
        unknownSince.clear();
      }
      unknownSince.put(id, clock.millis());
    }
  }

  /** Whether the registry has been away for longer than records wait for it. */
  public synchronized boolean isPatienceOver() {
    return awaySince != HERE && clock.millis() - awaySince >= PATIENCE.toMillis();
  }
}
