package io.millrace.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.transformer.online.FeatureWriter;
import io.millrace.transformer.parts.PartWriter;
import io.millrace.transformer.stream.TransformerStreams;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformerApplicationTest {
  private static final KafkaClients AWAY = KafkaClients.at("localhost:1");

  /** The other two have nothing to say: Kafka is away, and the part writer is being made. */
  @Test
  void shouldSayWhyTheRedisWriterWaits(@TempDir Path state) {
    Pipeline pipeline =
        ((PipelineFile.Valid) PipelineFile.parse(FlightsFile.text(), "pipeline.yaml")).pipeline();
    RunnablePipeline flights =
        new RunnablePipeline(
            pipeline,
            1,
            1,
            PipelineSchemas.of(pipeline).artifacts().keySet().stream()
                .collect(Collectors.toMap(artifact -> artifact, artifact -> 1)));
    NoRegistry registry = new NoRegistry();
    try (OnlineStore store = new OnlineStore(URI.create("redis://localhost:1"))) {
      FeatureWriter redis =
          new FeatureWriter(
              new KafkaClients(Map.of("security.protocol", "NONE_SUCH")),
              "test",
              "flights",
              store,
              new SimpleMeterRegistry(),
              new RecordedAlerts().watch());
      redis.start();
      try (TransformerApplication application =
          new TransformerApplication(
              new TransformerStreams(
                  flights,
                  new SchemaCache(registry),
                  new StreamsSettings(AWAY, "test", state, 1, Duration.ofMillis(100), 1 << 20),
                  new ApplicationAlerts(
                      AWAY, "test", registry, "transformer", "flights", Clock.systemUTC())),
              TransformerApplicationTest::beingMade,
              redis)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> application.failure().isPresent());
        PipelineFailure failure = application.failure().orElseThrow();

        assertThat(failure.message()).startsWith("redis-flights: ").contains("NONE_SUCH");
        assertThat(application.state()).isEqualTo(State.STARTING);
      }
    }
  }

  private static PartWriter beingMade() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("closed");
  }

  private static final class NoRegistry implements SchemaRegistry {
    @Override
    public Registration register(String artifactId, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Registration check(String artifactId, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Schema> schema(int id) {
      return Optional.empty();
    }
  }
}
