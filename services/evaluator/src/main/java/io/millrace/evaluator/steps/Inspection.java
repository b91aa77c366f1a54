package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.evaluator.scoring.HeldOutRows;
import io.millrace.evaluator.scoring.Latency;
import io.millrace.evaluator.scoring.ModelFiles;
import io.millrace.evaluator.scoring.ModelInputs;
import io.millrace.evaluator.scoring.WarmupFile;
import io.millrace.evaluator.settings.EvaluatorSettings;
import io.millrace.evaluator.verdict.Measured;
import io.millrace.evaluator.verdict.ScoreDeciles;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.session.OnnxModel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/** Looks whether a model file can be served, as TensorFlow Extended's InfraValidator does. */
final class Inspection {
  private final StepFiles files;
  private final ModelFiles models;
  private final EvaluatorSettings settings;
  private final LongSupplier nanoTime;

  Inspection(
      StepFiles files, ModelFiles models, EvaluatorSettings settings, LongSupplier nanoTime) {
    this.files = files;
    this.models = models;
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /**
   * What was found.
   *
   * @param measured over the held-out rows, which a refit was trained on
   * @param scores of the same rows
   * @param warmup the bytes of the warm-up file
   */
  @SuppressWarnings("ArrayRecordComponent") // a file's bytes on their way to the store
  record Inspected(
      Measured measured, ScoreDeciles scores, Latency latency, long bytes, byte[] warmup) {
    ObjectNode evidence() {
      ObjectNode evidence = Evidence.create().put("bytes", bytes);
      evidence
          .putObject("latency")
          .put("requests", latency.requests())
          .put("p50Micros", latency.p50().toNanos() / 1000)
          .put("p99Micros", latency.p99().toNanos() / 1000);
      return evidence;
    }
  }

  /** What the files that come of it depend on beside the model. */
  String limits() {
    return settings.warmupRequests() + " " + settings.mostModelBytes();
  }

  /**
   * Loads the published model in a fresh session and runs it.
   *
   * @throws StepFailedException when it can't be loaded, is of another shape, too large or too
   *     slow, or answers something that is no number
   */
  Inspected inspect(RunFiles made, Pipeline pipeline, DoubleConsumer progress)
      throws IOException, InterruptedException {
    try (OnnxModel model = models.candidate(made.published(), pipeline)) {
      HeldOutRows.Scored scored =
          files.heldOut(made, pipeline).score(model, Optional.empty(), List.of(), progress);
      Latency latency = latency(model, pipeline, scored);
      return new Inspected(
          Measured.of(pipeline.label().kind(), scored.rows().candidate()),
          ScoreDeciles.of(scored.rows().candidate()),
          latency,
          made.published().getBytes(),
          WarmupFile.of(
              model.inputs(), scored.first(), scored.firstScores(), settings.warmupRequests()));
    }
  }

  private Latency latency(OnnxModel model, Pipeline pipeline, HeldOutRows.Scored scored) {
    Optional<Duration> most = pipeline.evaluate().latencyP99();
    Latency latency =
        Latency.of(
            model,
            ModelInputs.of(pipeline),
            scored.first(),
            most,
            settings.latencyAttempts(),
            nanoTime);
    if (!latency.isWithin(most)) {
      throw new StepFailedException(
          ErrorCode.MODEL_TOO_SLOW,
          "99 of 100 single rows take up to %d µs, more than %d µs"
              .formatted(latency.p99().toNanos() / 1000, most.orElseThrow().toNanos() / 1000));
    }
    return latency;
  }
}
