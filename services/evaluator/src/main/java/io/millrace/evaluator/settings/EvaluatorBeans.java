package io.millrace.evaluator.settings;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.messaging.clients.ClientSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What the evaluator's parts share. */
@ApplicationScoped
class EvaluatorBeans {
  @Produces
  @ApplicationScoped
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  ArtifactStore artifacts(ClientSettings settings) {
    return ArtifactStore.at(settings.artifacts().root());
  }
}
