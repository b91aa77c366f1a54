package io.millrace.serving;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.features.online.OnlineStore;
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
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The parts of serving, as beans. */
@ApplicationScoped
public class ServingBeans {
  private static final String KAFKA = "kafka.bootstrap.servers";
  private static final String KAFKA_DEFAULT = "localhost:9092";
  private static final int ALERTS = 1_000;
  private static final long ALERT_BYTES = 1024 * 1024;

  @Produces
  @Singleton
  OnlineStore store(RedisSettings settings) {
    return new OnlineStore(settings.url());
  }

  void close(@Disposes OnlineStore store) {
    store.close();
  }

  @Produces
  @Singleton
  StreamSettings stream(
      MillraceSettings millrace,
      ServingSettings settings,
      @ConfigProperty(name = KAFKA, defaultValue = KAFKA_DEFAULT) String bootstrapServers) {
    return new StreamSettings(bootstrapServers, millrace.instance(), settings.streamBatch());
  }

  @Produces
  @Singleton
  OnlineSettings online(ServingSettings settings) {
    return new OnlineSettings(settings.maxRows());
  }

  @Produces
  @Singleton
  AlertLog alerts(MillraceSettings millrace, SchemaRegistry registry, StreamSettings kafka) {
    Outbox outbox =
        new Outbox("alerts", ALERTS, ALERT_BYTES, OutboxProducers.of(kafka.bootstrapServers()));
    outbox.start();
    return new AlertLog(outbox, registry, millrace.instance(), Clock.systemUTC());
  }

  void close(@Disposes AlertLog alerts) {
    alerts.close();
  }

  @Produces
  @Singleton
  PredictionLog predictions(ServingSettings settings, StreamSettings kafka, MeterRegistry meters) {
    Outbox outbox =
        new Outbox(
            "predictions",
            settings.bufferedPredictions(),
            settings.bufferedBytes(),
            OutboxProducers.of(kafka.bootstrapServers()));
    FunctionCounter.builder("millrace.serving.events.sent", outbox, Outbox::sent).register(meters);
    FunctionCounter.builder("millrace.serving.events.dropped", outbox, Outbox::dropped)
        .register(meters);
    Gauge.builder("millrace.serving.events.waiting", outbox, Outbox::waiting).register(meters);
    outbox.start();
    return new PredictionLog(outbox, Clock.systemUTC(), UUID::randomUUID);
  }

  void close(@Disposes PredictionLog predictions) {
    predictions.close();
  }

  @Produces
  @Singleton
  ModelRepository models(
      ServingSettings settings,
      AlertLog alerts,
      MeterRegistry meters,
      @ConfigProperty(
              name = "millrace.artifacts.root",
              defaultValue = "file:///tmp/millrace/artifacts")
          URI artifacts) {
    return new ModelRepository(
        new ModelLoader(ArtifactStore.at(artifacts), OnnxScorer.loading(settings.threads())),
        new ModelWatch(alerts, meters));
  }

  void close(@Disposes ModelRepository models) {
    models.close();
  }

  @Produces
  @Singleton
  @Startup
  ModelsReader reader(StreamSettings kafka, SchemaCache schemas, ModelRepository models) {
    ModelsReader reader = new ModelsReader(kafka.bootstrapServers(), schemas, models);
    reader.start();
    return reader;
  }

  void close(@Disposes ModelsReader reader) {
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
