package io.millrace.evaluator.scoring;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How long single rows take. */
public record Latency(int requests, Duration p50, Duration p99) {
  private static final int WARM_UP = 500;
  private static final int REQUESTS = 1000;

  /**
   * Scores rows one by one, some of them before the clock counts. While that takes too long it is
   * done again, and of each request the shortest time counts: a busy machine makes some requests
   * slow, a slow model the same ones each time.
   *
   * @param most that 99 of 100 may take; once is enough where there is none
   * @param attempts how often it is done at most
   * @param nanoTime as {@link System#nanoTime}
   */
  public static Latency of(
      OnnxModel model,
      ModelInputs inputs,
      Batch rows,
      Optional<Duration> most,
      int attempts,
      LongSupplier nanoTime) {
    List<Columns> requests = new ArrayList<>();
    for (int row = 0; row < Math.min(rows.rows(), REQUESTS); row++) {
      requests.add(inputs.columns(model.inputs(), Rows.one(rows, row)));
    }
    for (int i = 0; i < WARM_UP; i++) {
      model.run(requests.get(i % requests.size()));
    }
    long[] shortest = new long[REQUESTS];
    Arrays.fill(shortest, Long.MAX_VALUE);
    Latency latency;
    int attempt = 0;
    do {
      for (int i = 0; i < REQUESTS; i++) {
        long start = nanoTime.getAsLong();
        model.run(requests.get(i % requests.size()));
        shortest[i] = Math.min(shortest[i], nanoTime.getAsLong() - start);
      }
      latency = of(shortest);
      attempt++;
    } while (attempt < attempts && !latency.isWithin(most));
    return latency;
  }

  private static Latency of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(
        REQUESTS,
        Duration.ofNanos(sorted[REQUESTS / 2 - 1]),
        Duration.ofNanos(sorted[REQUESTS * 99 / 100 - 1]));
  }

  public boolean isWithin(Optional<Duration> most) {
    return most.isEmpty() || p99.compareTo(most.get()) <= 0;
  }
}
