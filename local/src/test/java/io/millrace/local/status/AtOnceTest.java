package io.millrace.local.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class AtOnceTest {
  @Test
  void shouldAskAllAtTheSameTimeAndAnswerInTheirOrder() {
    CyclicBarrier all = new CyclicBarrier(3);

    assertThat(AtOnce.all(List.of("a", "b", "c"), name -> name + (await(all) < 3)))
        .containsExactly("atrue", "btrue", "ctrue");
  }

  @Test
  void shouldThrowWhatAQuestionHasThrown() {
    assertThatThrownBy(
            () ->
                AtOnce.all(
                    List.of("a"),
                    name -> {
                      throw new CommandFailedException("no pipeline " + name);
                    }))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("no pipeline a");
  }

  private static int await(CyclicBarrier all) {
    try {
      return all.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
