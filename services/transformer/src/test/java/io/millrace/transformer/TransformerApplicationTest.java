package io.millrace.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.RecordedAlerts;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.transformer.online.FeatureWriter;
import io.millrace.transformer.parts.PartWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TransformerApplicationTest {
  private final KafkaClients wrong = new KafkaClients(Map.of("security.protocol", "NONE_SUCH"));

  /** The other two have nothing to say: the streams run, and the part writer is being made. */
  @Test
  void shouldSayWhyTheRedisWriterWaits() {
    try (OnlineStore store = new OnlineStore(URI.create("redis://localhost:1"))) {
      FeatureWriter redis =
          new FeatureWriter(
              wrong,
              "test",
              "flights",
              store,
              new SimpleMeterRegistry(),
              new RecordedAlerts().watch());
      redis.start();
      try (TransformerApplication application =
          new TransformerApplication(new Running(), TransformerApplicationTest::beingMade, redis)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> application.failure().isPresent());

        assertThat(application.failure().orElseThrow().message())
            .startsWith("redis-flights: ")
            .contains("NONE_SUCH");
        assertThat(application.state()).isEqualTo(State.STARTING);
      }
    }
  }

  @Test
  void shouldTryToStartThePartWriterAgainAfterAnError() {
    AtomicInteger tries = new AtomicInteger();
    try (TransformerApplication application =
        new TransformerApplication(
            new Running(),
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return beingMade();
            })) {
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> tries.get() == 2);

      assertThat(application.failure().orElseThrow().message())
          .contains("the part writer is not started", "native thread");
      assertThat(application.state()).isEqualTo(State.STARTING);
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

  private static final class Running implements PipelineApplication {
    @Override
    public State state() {
      return State.RUNNING;
    }

    @Override
    public Map<String, Object> counts() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
