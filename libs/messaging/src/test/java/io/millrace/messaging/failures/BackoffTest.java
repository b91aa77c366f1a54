package io.millrace.messaging.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

  @Test
  void shouldDoubleUpToTheMost() {
    assertThat(IntStream.rangeClosed(0, 6).mapToObj(backoff::after).map(Duration::toSeconds))
        .containsExactly(0L, 1L, 2L, 4L, 8L, 10L, 10L);
  }

  @Test
  void shouldNotOverflowAfterAnyNumberOfFailures() {
    Backoff days = new Backoff(Duration.ofDays(1), Duration.ofDays(400));

    assertThat(days.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofDays(400));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.after(-1)).isZero();
  }

  @Test
  void shouldRefusePausesThatDoNotGrow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
  }
}
