package io.millrace.messaging.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
  private static final PipelineFailure REFUSED =
      PipelineFailure.of(ErrorCode.KAFKA_REFUSED, "not yours");

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger outages = new AtomicInteger();
  private final CountDownLatch tried = new CountDownLatch(1);
  private final Announcer announcer =
      new Announcer(
          "letters",
          new ConsumerLoop.Alerts() {
            @Override
            public void failed(PipelineFailure failure) {
              told.add(failure.message());
              mayBeAway();
            }

            @Override
            public void running() {
              told.add("runs");
              mayBeAway();
            }
          });

  @AfterEach
  void close() {
    announcer.close();
  }

  @Test
  void shouldTellUntilItIsTold() throws Exception {
    outages.set(1);
    announcer.failed(REFUSED);
    awaitOneThatHappens(1);

    assertThat(told).containsExactly("not yours", "not yours");
    assertThat(announcer.isAlerted()).isTrue();
  }

  @Test
  void shouldTellNoFailureThatIsOverMeanwhile() throws Exception {
    outages.set(1);
    announcer.failed(REFUSED);
    assertThat(tried.await(60, TimeUnit.SECONDS)).isTrue();
    announcer.running();
    awaitOneThatHappens(1);

    assertThat(told).endsWith("runs").doesNotHaveDuplicates();
    assertThat(announcer.isAlerted()).isFalse();
  }

  @Test
  void shouldTellOnceAfterEachFailureThatItRuns() throws Exception {
    announcer.running();
    awaitOneThatHappens(0);
    announcer.running();
    announcer.failed(REFUSED);
    awaitOneThatHappens(0);
    announcer.running();
    announcer.running();
    awaitOneThatHappens(0);

    assertThat(told).containsExactly("runs", "not yours", "runs");
  }

  @Test
  void shouldEndWhatItTellsAndBeginNothingWhenItIsClosed() throws Exception {
    CountDownLatch telling = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    announcer.happened(
        () -> {
          telling.countDown();
          awaitUninterrupted(closed);
          told.add("happened");
          ended.countDown();
        });
    telling.await();
    announcer.failed(REFUSED);

    announcer.close();
    announcer.running();
    closed.countDown();

    ended.await();
    assertThat(told).containsExactly("happened");
  }

  private void mayBeAway() {
    tried.countDown();
    if (outages.getAndDecrement() > 0) {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  /**
   * Behind all that is to be told by then.
   *
   * @param tries how often it fails first
   */
  private void awaitOneThatHappens(int tries) throws InterruptedException {
    AtomicInteger failures = new AtomicInteger(tries);
    CountDownLatch happened = new CountDownLatch(1);
    announcer.happened(
        () -> {
          if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("away");
          }
          happened.countDown();
        });
    assertThat(happened.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted in the midst of an alert", e);
    }
  }
}
