package io.millrace.trainer.steps;

import io.millrace.artifacts.Digest;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.trainer.cards.Provenance;
import io.millrace.trainer.rows.Frozen;
import io.millrace.trainer.rows.Sample;
import java.nio.charset.StandardCharsets;

/** Settles what a training depends on before it begins. */
final class Provenances {
  private Provenances() {}

  /**
   * What a model will be made of.
   *
   * @throws StepFailedException when there are no rows, no learner for the label, or no GPU
   */
  static Provenance of(
      Workshop workshop, Frozen frozen, Selection.Split rows, GradientBoosting learner) {
    Manifest manifest = frozen.manifest();
    Pipeline pipeline = frozen.pipeline();
    Label.Kind kind = pipeline.label().kind();
    if (kind == Label.Kind.MULTICLASS) {
      throw new StepFailedException(
          ErrorCode.LABEL_KIND_UNSUPPORTED,
          "gradient_boosting learns BINARY and REGRESSION labels, not " + kind);
    }
    if (manifest.rows() == 0) {
      throw new StepFailedException(ErrorCode.NO_TRAINING_ROWS, "the run's window has no rows");
    }
    return new Provenance(
        pipeline.name(),
        manifest.pipelineVersion(),
        Digest.of(schema(pipeline)).sha256(),
        Provenance.parts(manifest),
        manifest.from(),
        manifest.to(),
        manifest.split(),
        rows,
        Sample.of(manifest.rows(), frozen.width(), workshop.memoryBytes()).share(),
        frozen.transformSha256(),
        kind,
        learner,
        workshop.seed(),
        device(workshop, pipeline),
        workshop.threads(),
        workshop.code(),
        workshop.library());
  }

  private static byte[] schema(Pipeline pipeline) {
    return PipelineSchemas.of(pipeline).row().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Provenance.Device device(Workshop workshop, Pipeline pipeline) {
    return switch (pipeline.train().device()) {
      case CPU -> Provenance.Device.CPU;
      case AUTO -> workshop.cuda().getAsBoolean() ? Provenance.Device.CUDA : Provenance.Device.CPU;
      case CUDA -> {
        if (!workshop.cuda().getAsBoolean()) {
          throw new StepFailedException(
              ErrorCode.DEVICE_UNAVAILABLE,
              "the pipeline asks for device: cuda and XGBoost finds no GPU here; use auto");
        }
        yield Provenance.Device.CUDA;
      }
    };
  }
}
