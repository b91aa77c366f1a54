package io.millrace.serving.models;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.session.OnnxModelException;
import io.millrace.onnx.session.Warmup;
import io.millrace.onnx.trees.TreeModel;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.models.ModelLoad.Loaded;
import io.millrace.serving.models.ModelLoad.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Brings a version into memory, and lets it out only after all that can be checked beforehand: the
 * file's hash, its inputs and output against the pipeline, its answers to the warm-up requests.
 */
public final class ModelLoader {
  private final ArtifactStore artifacts;
  private final Scorer.Loading scorers;

  public ModelLoader(ArtifactStore artifacts, Scorer.Loading scorers) {
    this.artifacts = artifacts;
    this.scorers = scorers;
  }

  ModelLoad load(ModelVersion version, FeaturePlan plan) {
    try {
      byte[] file = read(version.getFile());
      byte[] warmup = read(version.getWarmup());
      Scorer scorer = scorers.load(file);
      boolean isGood = false;
      try {
        Optional<Refused> refused = check(scorer, plan).or(() -> warmUp(scorer, warmup));
        isGood = refused.isEmpty();
        return isGood ? new Loaded(scorer) : refused.get();
      } catch (RuntimeException e) {
        return new Refused(ErrorCode.MODEL_UNREADABLE, message(e));
      } finally {
        if (!isGood) {
          scorer.close();
        }
      }
    } catch (OnnxModelException e) {
      return new Refused(ErrorCode.MODEL_UNREADABLE, message(e));
    } catch (ArtifactException | IllegalArgumentException e) {
      return new Refused(ErrorCode.MODEL_FILE_DAMAGED, message(e));
    } catch (IOException e) {
      return new Refused(ErrorCode.MODEL_FILE_UNAVAILABLE, message(e));
    }
  }

  private byte[] read(ArtifactRef ref) throws IOException {
    try (InputStream content = artifacts.open(Artifact.of(ref))) {
      return content.readAllBytes();
    }
  }

  private static Optional<Refused> check(Scorer scorer, FeaturePlan plan) {
    for (OnnxModel.Input input : scorer.inputs()) {
      Optional<FieldType> type = plan.type(input.name());
      Optional<Boolean> text = type.flatMap(FeatureRows::asText);
      if (text.isEmpty() || text.get() != input.isText()) {
        return Optional.of(
            mismatch(
                "input %s is %s, in the pipeline it is %s"
                    .formatted(
                        input.name(),
                        input.isText() ? "a string" : "a number",
                        type.map(FieldType::toString).orElse("not known"))));
      }
    }
    String output = output(plan.pipeline().label().kind());
    return scorer.output().equals(output) && scorer.width() == 1
        ? Optional.empty()
        : Optional.of(
            mismatch(
                "output %s [N, %d] instead of %s [N, 1]"
                    .formatted(scorer.output(), scorer.width(), output)));
  }

  private static String output(Label.Kind kind) {
    return switch (kind) {
      case BINARY -> TreeModel.SCORE;
      case REGRESSION -> TreeModel.VALUE;
      case MULTICLASS -> "none, as its label has classes";
    };
  }

  private static Optional<Refused> warmUp(Scorer scorer, byte[] file) {
    Warmup warmup;
    try {
      warmup = Warmup.parse(new String(file, StandardCharsets.UTF_8).lines().toList());
    } catch (IllegalArgumentException e) {
      return Optional.of(differs("the warm-up file cannot be read: " + message(e)));
    }
    if (warmup.size() == 0) {
      return Optional.of(differs("the warm-up file holds no request"));
    }
    float[] scores = scorer.score(warmup.columns(scorer.inputs()));
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        return Optional.of(
            new Refused(
                ErrorCode.MODEL_OUTPUT_NOT_FINITE,
                "warm-up request %d was answered with %s".formatted(i + 1, scores[i])));
      }
      if (!warmup.isExpected(i, scores[i])) {
        return Optional.of(
            differs(
                "warm-up request %d was answered with %s instead of %s"
                    .formatted(i + 1, scores[i], warmup.expected(i))));
      }
    }
    return Optional.empty();
  }

  private static Refused mismatch(String message) {
    return new Refused(ErrorCode.MODEL_SHAPE_MISMATCH, message);
  }

  private static Refused differs(String message) {
    return new Refused(ErrorCode.MODEL_WARMUP_DIFFERS, message);
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
