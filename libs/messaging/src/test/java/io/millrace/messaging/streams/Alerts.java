package io.millrace.messaging.streams;

import io.millrace.messaging.registry.SchemaRegistry;
import java.time.Clock;
import java.util.Optional;
import org.apache.avro.Schema;

/** Alerts of tests, written with a registry that knows one schema. */
final class Alerts {
  static final int SCHEMA_ID = 7;

  private Alerts() {}

  static ApplicationAlerts of(StreamsSettings settings, String pipeline) {
    return new ApplicationAlerts(
        settings.kafka(),
        settings.instance(),
        new OneSchema(),
        "test",
        pipeline,
        Clock.systemUTC());
  }

  private static final class OneSchema implements SchemaRegistry {
    @Override
    public Registration register(String artifactId, Schema schema) {
      return new Registration.Accepted(SCHEMA_ID);
    }

    @Override
    public Registration check(String artifactId, Schema schema) {
      return new Registration.Accepted(SCHEMA_ID);
    }

    @Override
    public Optional<Schema> schema(int id) {
      return Optional.empty();
    }
  }
}
