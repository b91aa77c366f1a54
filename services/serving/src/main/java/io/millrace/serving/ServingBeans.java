package io.millrace.serving;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.Connection;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.RedisServer;
import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.clients.Neighbour;
import io.millrace.messaging.clients.Secret;
import io.millrace.messaging.clients.TrustStore;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.serving.events.AlertLog;
import io.millrace.serving.events.ModelWatch;
import io.millrace.serving.events.Outbox;
import io.millrace.serving.events.OutboxProducers;
import io.millrace.serving.events.PredictionLog;
import io.millrace.serving.models.ModelLoader;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelsReader;
import io.millrace.serving.models.OnnxScorer;
import io.millrace.serving.online.Doors;
import io.millrace.serving.online.OnlinePredictions;
import io.millrace.serving.online.OnlineSettings;
import io.millrace.serving.stream.StreamSettings;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.health.Readiness;

/** The parts of serving, as beans. */
@ApplicationScoped
public class ServingBeans {
  private static final int ALERTS = 1_000;
  private static final long ALERT_BYTES = 4 << 20;

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

  @Produces
  @Singleton
  StreamSettings stream(MillraceSettings millrace, ServingSettings settings, KafkaClients kafka) {
    return new StreamSettings(kafka, millrace.instance(), settings.streamBatch());
  }

  @Produces
  @Singleton
  OnlineSettings online(ServingSettings settings) {
    return new OnlineSettings(settings.maxRows());
  }

  @Produces
  @Singleton
  AlertLog alerts(MillraceSettings millrace, SchemaRegistry registry, KafkaClients kafka) {
    Outbox outbox = Outbox.oneByOne("alerts", ALERTS, ALERT_BYTES, OutboxProducers.of(kafka));
    outbox.start();
    return new AlertLog(outbox, registry, millrace.instance(), Clock.systemUTC());
  }

  void close(@Disposes AlertLog alerts) {
    alerts.close();
  }

  @Produces
  @Singleton
  PredictionLog predictions(ServingSettings settings, KafkaClients kafka, MeterRegistry meters) {
    Outbox outbox =
        Outbox.ofMany(
            "predictions",
            settings.bufferedPredictions(),
            settings.bufferedPredictionBytes(),
            OutboxProducers.of(kafka));
    FunctionCounter.builder("millrace.serving.events.sent", outbox, Outbox::sent).register(meters);
    FunctionCounter.builder("millrace.serving.events.dropped", outbox, Outbox::dropped)
        .register(meters);
    Gauge.builder("millrace.serving.events.waiting", outbox, Outbox::waiting).register(meters);
    Gauge.builder("millrace.serving.events.waiting.bytes", outbox, Outbox::waitingBytes)
        .register(meters);
    outbox.start();
    return new PredictionLog(outbox, Clock.systemUTC(), UUID::randomUUID);
  }

  void close(@Disposes PredictionLog predictions) {
    predictions.close();
  }

  @Produces
  @Singleton
  ModelRepository models(
      ServingSettings settings, AlertLog alerts, MeterRegistry meters, ArtifactStore store) {
    return new ModelRepository(
        new ModelLoader(store, OnnxScorer.loading(settings.threads())),
        new ModelWatch(alerts, meters));
  }

  void close(@Disposes ModelRepository models) {
    models.close();
  }

  @Produces
  @Singleton
  @Startup
  @Readiness
  ModelsReader reader(KafkaClients kafka, SchemaCache schemas, ModelRepository models) {
    ModelsReader reader = new ModelsReader(kafka, schemas, models);
    reader.start();
    return reader;
  }

  void close(@Disposes @Readiness ModelsReader reader) {
    reader.close();
  }

  @Produces
  @Singleton
  OnlinePredictions predictions(ModelRepository models, PredictionLog log, MeterRegistry meters) {
    return new OnlinePredictions(models, log, meters);
  }

  @Produces
  @Singleton
  Doors doors(ModelRepository models, MeterRegistry meters) {
    return new Doors(models, meters);
  }
}
