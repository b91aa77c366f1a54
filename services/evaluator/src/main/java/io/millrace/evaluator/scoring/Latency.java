package io.millrace.evaluator.scoring;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** How long single rows take. */
public record Latency(int requests, Duration p50, Duration p99) {
  private static final int WARM_UP = 500;
  private static final int REQUESTS = 1000;

  /**
   * Scores rows one by one, some of them before the clock counts.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public static Latency of(OnnxModel model, ModelInputs inputs, Batch rows, LongSupplier nanoTime) {
    List<Columns> requests = new ArrayList<>();
    for (int row = 0; row < Math.min(rows.rows(), REQUESTS); row++) {
      requests.add(inputs.columns(model.inputs(), Rows.one(rows, row)));
    }
    for (int i = 0; i < WARM_UP; i++) {
      model.run(requests.get(i % requests.size()));
    }
    long[] nanos = new long[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      long start = nanoTime.getAsLong();
      model.run(requests.get(i % requests.size()));
      nanos[i] = nanoTime.getAsLong() - start;
    }
    Arrays.sort(nanos);
    return new Latency(
        REQUESTS,
        Duration.ofNanos(nanos[REQUESTS / 2 - 1]),
        Duration.ofNanos(nanos[REQUESTS * 99 / 100 - 1]));
  }
}
