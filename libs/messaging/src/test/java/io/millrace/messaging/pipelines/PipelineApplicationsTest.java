package io.millrace.messaging.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PipelineVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  @Test
  void shouldForgetAPipelineThatBeganAnewWhileThisProcessSlept() throws Exception {
    applications.acceptNow(version(1, false));
    PipelineVersion anew = version(3, false);
    anew.setSince(3);

    applications.acceptNow(anew);
    applications.acceptNow(PipelineVersion.newBuilder(anew).setVersion(4).build());

    assertThat(recorder.happened)
        .containsExactly("start 1", "close 1", "forget tiny", "start 3", "close 3", "start 4");
  }

  static Stream<Runnable> failures() {
    return Stream.of(
        () -> {
          throw new IllegalStateException("nothing there");
        },
        () -> {
          throw new OutOfMemoryError("unable to create native thread: nothing there");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldTryAStartThatFailedAgainAndSayMeanwhileWhy(Runnable failure) throws Exception {
    recorder.failures.add(failure);

    applications.acceptNow(version(1, false));

    assertThat(applications.wanted().get("tiny").failure().orElseThrow().message())
        .contains("nothing there");
    assertThat(ready().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(ready().getData().orElseThrow().get("tiny").toString()).contains("nothing there");
    assertThat(recorder.next()).isEqualTo("fail 1");
    assertThat(recorder.next()).isEqualTo("start 1");
    await(() -> ready().getStatus() == HealthCheckResponse.Status.UP);
  }

  @Test
  void shouldLetTheVersionThatRunsGoOnWhereTheNextCannotBeRead() throws Exception {
    applications.acceptNow(version(1, false));
    PipelineVersion unreadable = version(2, false);
    unreadable.setFile("nonsense");

    applications.acceptNow(unreadable);
    PipelineVersion other = version(1, false);
    other.setPipeline("other");
    other.setFile(other.getFile().toString().replace("name: tiny", "name: other"));
    applications.acceptNow(other);

    assertThat(recorder.happened).containsExactly("start 1", "start 1");
    assertThat(applications.running("tiny").orElseThrow().pipeline().version()).isEqualTo(1);
    assertThat(ready().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(ready().getData().orElseThrow().get("other")).isEqualTo("RUNNING");
  }

  @Test
  void shouldCloseWhatIsBeingStartedWhileAllAreStopped() throws Exception {
    recorder.slow.set(true);
    applications.accept(version(1, false));
    recorder.starting.await();

    Thread stopping = Thread.ofPlatform().start(applications::stopAll);
    recorder.goOn.countDown();
    stopping.join();

    assertThat(recorder.happened).containsExactly("start 1", "close 1");
    applications.accept(version(2, false));
    assertThat(applications.all()).isEmpty();
  }

  private HealthCheckResponse ready() {
    return new PipelinesReady(applications).call();
  }

  private static void await(BooleanSupplier fact) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
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

    final Queue<Runnable> failures = new ConcurrentLinkedQueue<>();
    final AtomicBoolean slow = new AtomicBoolean();
    final CountDownLatch starting = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    String next() throws InterruptedException {
      return String.valueOf(happened.poll(2, TimeUnit.MINUTES));
    }

    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      Runnable failure = failures.poll();
      if (failure != null) {
        happened.add("fail " + pipeline.version());
        failure.run();
      }
      if (slow.get()) {
        starting.countDown();
        boolean interrupted = false;
        while (goOn.getCount() > 0) {
          interrupted |= Thread.interrupted();
          Thread.onSpinWait();
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
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
