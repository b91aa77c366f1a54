package io.millrace.transformer.online;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.Connection;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.RedisServer;
import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Neighbour;
import io.millrace.messaging.clients.Secret;
import io.millrace.messaging.clients.TrustStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The online store, as a bean. */
@ApplicationScoped
class OnlineBeans {
  @Produces
  @Singleton
  OnlineStore store(ClientSettings settings) {
    ClientSettings.Redis redis = settings.redis();
    return new OnlineStore(
        new RedisServer(
            redis.url(),
            redis.login().username(),
            Secret.password(redis.login()),
            TrustStore.of(redis.trust()),
            redis.timeout()));
  }

  void close(@Disposes OnlineStore store) {
    store.close();
  }

  @Produces
  @Singleton
  Neighbour redis(OnlineStore store) {
    return new Neighbour("redis", () -> ask(store));
  }

  private static Neighbour.Answer ask(OnlineStore store) {
    return switch (store.connect().toCompletableFuture().join()) {
      case Connection.Made() -> new Neighbour.Answer.Accepted();
      case Connection.Away(String reason) -> new Neighbour.Answer.Away(reason);
      case Connection.Refused(String reason) ->
          new Neighbour.Answer.Refused(ErrorCode.REDIS_REFUSED, reason);
      case Connection.Clustered() ->
          new Neighbour.Answer.Refused(
              ErrorCode.REDIS_CLUSTER_UNSUPPORTED,
              "the server is part of a Redis Cluster; name one that is not");
    };
  }
}
