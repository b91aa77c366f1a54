package io.millrace.ingest.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.ingest.topics.ControlTopics;
import io.millrace.ingest.topics.TopicAdmin;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class KnownPipelinesTest {
  private static final KafkaClients NONE = KafkaClients.at("localhost:1");

  @Test
  void shouldCatchUpAfterAnError() {
    KnownPipelines pipelines =
        new KnownPipelines(new FailingOnce(), new Empty(), new PipelineApplications(new Nothing()));

    pipelines.start(new StartupEvent());

    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!pipelines.caughtUp()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
    pipelines.stop();
  }

  private static IngestSettings settings() {
    return new SmallRyeConfigBuilder()
        .withConverter(Duration.class, 200, new DurationConverter())
        .withMapping(IngestSettings.class)
        .build()
        .getConfigMapping(IngestSettings.class);
  }

  private static final class FailingOnce extends ControlTopics {
    private final AtomicInteger tries = new AtomicInteger();

    FailingOnce() {
      super(new TopicAdmin(NONE, settings()), settings());
    }

    @Override
    public void ensure() {
      if (tries.incrementAndGet() == 1) {
        throw new OutOfMemoryError("unable to create native thread");
      }
    }
  }

  private static final class Empty extends PipelineLog {
    Empty() {
      super(NONE, new SchemaCache(new RegistryInMemory(1, PipelineVersion.getClassSchema())));
    }

    @Override
    Map<String, Known> pipelines() {
      return Map.of();
    }
  }

  private static final class Nothing implements PipelineApplicationFactory {
    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      throw new IllegalStateException("there is no pipeline");
    }
  }
}
