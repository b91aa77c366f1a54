package io.millrace.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.evaluator.steps.SmallModels;
import io.millrace.onnx.session.OnnxModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private static final Duration MOST = Duration.ofMillis(10);
  private static final int REQUESTS = 1000;

  @Test
  void shouldTakeTheRankOfTheSlowestOfNinetyNineInAHundred() {
    Latency latency = measure(Optional.empty(), 3, request -> request + 1);

    assertThat(latency.p50()).isEqualTo(Duration.ofMillis(500));
    assertThat(latency.p99()).isEqualTo(Duration.ofMillis(990));
  }

  @Test
  void shouldForgiveABusyMachineThatSlowsOtherRequestsEachTime() {
    // 50 of 1,000 take 100 ms; in the next round they are others
    Latency latency =
        measure(
            Optional.of(MOST), 2, request -> (request + request / REQUESTS) % 20 == 0 ? 100 : 1);

    assertThat(latency.isWithin(Optional.of(MOST))).isTrue();
    assertThat(latency.p99()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void shouldNotForgiveAModelThatIsSlowOnTheSameRowsEachTime() {
    Latency latency = measure(Optional.of(MOST), 5, request -> request % 20 == 0 ? 100 : 1);

    assertThat(latency.isWithin(Optional.of(MOST))).isFalse();
    assertThat(latency.p99()).isEqualTo(Duration.ofMillis(100));
  }

  /**
   * @param millis by the number of the request, over all rounds
   */
  private static Latency measure(Optional<Duration> most, int attempts, IntToLongFunction millis) {
    LongSupplier clock =
        new LongSupplier() {
          private long nanos;
          private int reads;

          @Override
          public long getAsLong() {
            if (reads % 2 == 1) {
              nanos += Duration.ofMillis(millis.applyAsLong(reads / 2)).toNanos();
            }
            reads++;
            return nanos;
          }
        };
    Batch rows =
        new Batch(new String[] {"1"}, new long[] {1}, Map.of("x", new double[] {0.5}), Map.of());
    try (OnnxModel model = OnnxModel.load(SmallModels.sigmoid(1), 1)) {
      return Latency.of(
          model, new ModelInputs(Map.of("x", Scalar.FLOAT)), rows, most, attempts, clock);
    }
  }
}
