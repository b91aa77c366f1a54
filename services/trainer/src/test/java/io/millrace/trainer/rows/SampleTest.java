package io.millrace.trainer.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.trainer.trees.LabelledRows;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final int WIDTH = 8;
  private static final long ROW = LabelledRows.bytesOfRow(WIDTH);

  @Test
  void shouldTakeAllRowsThatFit() {
    assertThat(Sample.of(10_000, WIDTH, 10_000 * ROW).share()).isEqualTo(1);
  }

  /** 10,000 rows fit, less four standard deviations of 100 rows, of 40,000. */
  @Test
  void shouldTakeAShareThatStaysBelowTheMemory() {
    assertThat(Sample.of(40_000, WIDTH, 10_000 * ROW).share()).isEqualTo(9_600 / 40_000.0);
  }

  /** 1 GiB of int32 has 2³¹ / 1,000 rows of a thousand features at most. */
  @Test
  void shouldTakeNoMoreThanAJavaArrayHolds() {
    double share = Sample.of(10_000_000, 1000, Long.MAX_VALUE).share();
    assertThat(share * 10_000_000 * 1000).isLessThan(Integer.MAX_VALUE);
    assertThat(share).isGreaterThan(0.21);
  }

  @Test
  void shouldRefuseAMemoryThatHoldsNextToNothing() {
    assertThatThrownBy(() -> Sample.of(40_000, WIDTH, 999 * ROW))
        .isInstanceOfSatisfying(
            StepFailedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_TRAINING_ROWS))
        .hasMessageContaining("999 rows of 8 features");
  }
}
