package io.millrace.transformer.online;

import io.millrace.features.online.OnlineStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The online store, as a bean. */
@ApplicationScoped
class OnlineBeans {
  @Produces
  @Singleton
  OnlineStore store(RedisSettings settings) {
    return new OnlineStore(settings.url());
  }

  void close(@Disposes OnlineStore store) {
    store.close();
  }
}
