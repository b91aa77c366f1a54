package io.millrace.artifacts;

import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Neighbour;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** The artifact store that is set, as a bean. */
@ApplicationScoped
public class ArtifactBeans {
  @Produces
  @Singleton
  ArtifactStore artifacts(ClientSettings settings) {
    return ArtifactStore.of(settings.artifacts());
  }

  void close(@Disposes ArtifactStore artifacts) throws IOException {
    artifacts.close();
  }

  @Produces
  @Singleton
  Neighbour store(ArtifactStore artifacts) {
    return new Neighbour("store", artifacts::ask);
  }
}
