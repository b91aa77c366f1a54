package io.millrace.messaging.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptAnswerTest {
  private final AtomicInteger questions = new AtomicInteger();

  @Test
  void shouldAskOnceForAllWhoComeMeanwhile() throws Exception {
    CountDownLatch together = new CountDownLatch(8);
    KeptAnswer<Integer> answer = new KeptAnswer<>(Duration.ofHours(1), questions::incrementAndGet);
    Set<Integer> told = Collections.newSetFromMap(new ConcurrentHashMap<>());
    Thread[] askers = new Thread[8];
    for (int i = 0; i < askers.length; i++) {
      askers[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    together.countDown();
                    try {
                      together.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    told.add(answer.get());
                  });
    }
    for (Thread asker : askers) {
      asker.join();
    }

    assertThat(told).containsExactly(1);
    assertThat(questions).hasValue(1);
  }

  @Test
  void shouldAskAgainOnceTheAnswerIsOld() {
    KeptAnswer<Integer> answer = new KeptAnswer<>(Duration.ZERO, questions::incrementAndGet);

    assertThat(answer.get()).isEqualTo(1);
    assertThat(answer.get()).isEqualTo(2);
  }

  @Test
  void shouldKeepAFailureToo() {
    KeptAnswer<Integer> answer =
        new KeptAnswer<>(
            Duration.ofHours(1),
            () -> {
              throw new IllegalStateException("failure " + questions.incrementAndGet());
            });

    assertThatThrownBy(answer::get).hasMessage("failure 1");
    assertThatThrownBy(answer::get).hasMessage("failure 1");
  }
}
