package io.millrace.monitor.settings;

import io.millrace.artifacts.ArtifactStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the parts of monitor share. */
@ApplicationScoped
class MonitorBeans {
  @Produces
  @ApplicationScoped
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  ArtifactStore artifacts(
      @ConfigProperty(
              name = "millrace.artifacts.root",
              defaultValue = "file:///tmp/millrace/artifacts")
          URI root) {
    return ArtifactStore.at(root);
  }
}
