package io.millrace.messaging.streams;

import io.millrace.messaging.registry.RegistryInMemory;
import java.time.Clock;

/** Alerts of tests, written with a registry in memory. */
final class Alerts {
  private Alerts() {}

  static ApplicationAlerts of(StreamsSettings settings, String pipeline) {
    return new ApplicationAlerts(
        settings.kafka(),
        settings.instance(),
        new RegistryInMemory(),
        "test",
        pipeline,
        Clock.systemUTC());
  }
}
