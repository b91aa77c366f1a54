package io.millrace.messaging.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private final Background background = new Background("background-test");

  @AfterEach
  void close() {
    background.close(Duration.ofSeconds(10));
  }

  @Test
  void shouldRepeatATaskThatThrowsErrors() throws Exception {
    CountDownLatch turns = new CountDownLatch(3);

    background.every(
        Duration.ofMillis(1),
        () -> {
          turns.countDown();
          throw new OutOfMemoryError("unable to create native thread");
        });

    assertThat(turns.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldDoWhatComesAfterATaskThatFailed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    background.execute(
        () -> {
          throw new StackOverflowError();
        });

    background.after(Duration.ofMillis(1), done::countDown);

    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldInterruptWhatIsAtWorkAndBeginNothingOnceItIsClosed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    background.execute(
        () -> {
          begun.countDown();
          try {
            late.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    background.execute(late::countDown);
    begun.await();

    assertThat(background.close(Duration.ofSeconds(60))).isTrue();

    background.after(Duration.ZERO, late::countDown);
    background.every(Duration.ofMillis(1), late::countDown);
    assertThatThrownBy(() -> background.execute(late::countDown))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(interrupted.getCount()).isZero();
    assertThat(late.getCount()).isOne();
  }

  @Test
  void shouldNotWaitWhenTheCallerIsInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    background.execute(
        () -> {
          begun.countDown();
          awaitUninterrupted(end);
        });
    begun.await();
    Thread.currentThread().interrupt();

    assertThat(background.close(Duration.ofSeconds(60))).isFalse();

    assertThat(Thread.interrupted()).isTrue();
    end.countDown();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      Thread.onSpinWait();
    }
  }
}
