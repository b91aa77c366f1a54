package io.millrace.messaging.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PipelineVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipelineApplicationsTest {
  private final Recorder recorder = new Recorder();
  private final PipelineApplications applications = new PipelineApplications(recorder);

  @AfterEach
  void stop() {
    applications.stopAll();
  }

  @Test
  void shouldStartOnlyTheNewestOfTheVersionsThatComeInOneGo() throws Exception {
    for (int version : List.of(1, 2, 4, 3)) {
      applications.accept(version(version, false));
    }

    assertThat(recorder.next()).isEqualTo("start 4");
    applications.acceptNow(version(2, false));
    assertThat(recorder.happened).isEmpty();
  }

  @Test
  void shouldReplaceAVersionByTheNextOne() throws Exception {
    applications.acceptNow(version(1, false));
    applications.acceptNow(version(2, false));

    assertThat(recorder.happened).containsExactly("start 1", "close 1", "start 2");
    assertThat(applications.running("tiny").orElseThrow().pipeline().version()).isEqualTo(2);
  }

  @Test
  void shouldForgetAPipelineThatIsDeletedOnceItIsClosed() throws Exception {
    applications.acceptNow(version(1, false));
    applications.acceptNow(version(2, true));

    assertThat(recorder.happened).containsExactly("start 1", "close 1", "forget tiny");
    assertThat(applications.all()).isEmpty();
  }

  private static PipelineVersion version(int version, boolean deleted) {
    return PipelineVersion.newBuilder()
        .setPipeline("tiny")
        .setVersion(version)
        .setDeleted(deleted)
        .setPartitions(1)
        .setSchemas(Map.of())
        .setAppliedAt(Instant.EPOCH)
        .setFile(
            """
            apiVersion: millrace.io/v1
            kind: Pipeline
            metadata: {name: tiny}
            spec:
              streams:
                asks:
                  role: example
                  id: id
                  time: at
                  fields: {id: {type: INT}, at: {type: TIMESTAMP}, x: {type: FLOAT}}
                tells:
                  role: label
                  id: id
                  time: at
                  fields: {id: {type: INT}, at: {type: TIMESTAMP}, y: {type: BOOL}}
              label: {name: yes, kind: BINARY, value: "y", within: 1h, absent: drop}
            """)
        .build();
  }

  private static final class Recorder implements PipelineApplicationFactory {
    final BlockingQueue<String> happened = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return String.valueOf(happened.poll(2, TimeUnit.MINUTES));
    }

    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      happened.add("start " + pipeline.version());
      return new PipelineApplication() {
        @Override
        public State state() {
          return State.RUNNING;
        }

        @Override
        public Map<String, Object> counts() {
          return Map.of();
        }

        @Override
        public void close() {
          happened.add("close " + pipeline.version());
        }
      };
    }

    @Override
    public void forget(String pipeline) {
      happened.add("forget " + pipeline);
    }
  }
}
