package io.millrace.trainer.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.StepWork.Progress;
import io.millrace.trainer.trees.Round;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says how far a training is, when a phase begins and then at most twice a second: {@code phase},
 * {@code share} of it all and, once it learns, {@code round}, {@code rounds}, {@code metric} and
 * its values.
 */
final class TrainingProgress {
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();
  private static final double READ = 0.2;
  private static final double LEARNED = 0.9;

  private final Progress progress;
  private final LongSupplier nanos;
  private String phase = "";
  private long last;
  private long rows;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  TrainingProgress(Progress progress, LongSupplier nanos) {
    this.progress = progress;
    this.nanos = nanos;
  }

  /** Another batch of rows was read; there will be so many in all. */
  void read(int batch, double of) {
    rows += batch;
    report(said("read", READ * Math.min(1, rows / of)).put("rows", rows));
  }

  void learned(Round round) {
    ObjectNode said =
        said("learn", READ + (LEARNED - READ) * round.round() / round.rounds())
            .put("round", round.round())
            .put("rounds", round.rounds())
            .put("metric", round.metric());
    if (!Double.isNaN(round.eval())) {
      said.put("eval", round.eval());
    }
    report(said);
  }

  void checks() {
    report(said("check", LEARNED));
  }

  private static ObjectNode said(String phase, double share) {
    return Evidence.create().put("phase", phase).put("share", share);
  }

  private void report(ObjectNode said) {
    long now = nanos.getAsLong();
    String of = said.get("phase").asText();
    if (!of.equals(phase) || now - last >= PAUSE_NANOS) {
      phase = of;
      last = now;
      progress.report(said);
    }
  }
}
