package io.millrace.monitor.lag;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.monitor.history.Changes;
import io.quarkus.runtime.StartupEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServicesTest {
  @Test
  void shouldGoOnAfterAnError() throws Exception {
    CountDownLatch reads = new CountDownLatch(2);
    Services services =
        new Services(
            KafkaClients.at("localhost:1"),
            new PipelineApplications(new Nothing()),
            new Changes(),
            new Broken(reads));

    services.start(new StartupEvent());

    assertThat(reads.await(60, TimeUnit.SECONDS)).isTrue();
    services.stop();
  }

  private static final class Broken extends Clock {
    private final CountDownLatch reads;

    Broken(CountDownLatch reads) {
      this.reads = reads;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      reads.countDown();
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  private static final class Nothing implements PipelineApplicationFactory {
    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      throw new IllegalStateException("there is no pipeline");
    }
  }
}
