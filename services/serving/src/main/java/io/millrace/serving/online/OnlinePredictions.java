package io.millrace.serving.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.serving.events.PredictionLog;
import io.millrace.serving.features.FeatureAssembly;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.models.Lease;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelSelector;
import io.millrace.serving.models.ServedPipeline;
import io.millrace.serving.protocol.Answers;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.RequestColumns;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Predicts what requests bring, whatever their protocol. */
public final class OnlinePredictions {
  private final ModelRepository models;
  private final PredictionLog log;
  private final MeterRegistry meters;

  /** Scores, with what they were made from. */
  record Scored(ModelIdentity model, FeatureRows rows, float[] scores) {}

  public OnlinePredictions(ModelRepository models, PredictionLog log, MeterRegistry meters) {
    this.models = models;
    this.log = log;
    this.meters = meters;
  }

  /**
   * Predicts, and tells of it.
   *
   * @param outputs that the request asks for; empty: all
   * @throws InferenceException when the request can't be answered
   */
  Scored predict(
      String name, ModelSelector selector, RequestColumns request, List<String> outputs) {
    try (Lease lease = models.lease(name, selector)) {
      ModelIdentity model = lease.identity();
      Answers.checkOutputs(name, outputs, model.output());
      ServedPipeline pipeline =
          models
              .pipeline(name)
              .orElseThrow(
                  () ->
                      new InferenceException(
                          ErrorCode.UNKNOWN_MODEL, "no model " + name + " is served"));
      long start = System.nanoTime();
      FeatureRows rows = complete(pipeline, model, request);
      long completed = System.nanoTime();
      float[] scores = lease.score(rows.modelInput(model.inputs()));
      long scored = System.nanoTime();
      checkFinite(scores);
      timer("millrace.serving.features", model).record(Duration.ofNanos(completed - start));
      timer("millrace.serving.infer", model).record(Duration.ofNanos(scored - completed));
      meters
          .counter(
              "millrace.serving.predictions",
              "model",
              model.model(),
              "version",
              String.valueOf(model.version()),
              "door",
              "online")
          .increment(scores.length);
      log.write(pipeline.pipeline(), model, rows, scores);
      return new Scored(model, rows, scores);
    }
  }

  /** By the model's own file; what only the file that runs has is passed over. */
  private static FeatureRows complete(
      ServedPipeline pipeline, ModelIdentity model, RequestColumns request) {
    FeatureAssembly own = pipeline.features(model.pipelineVersion());
    FeaturePlan running = pipeline.features(pipeline.pipeline().version()).plan();
    Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>(request.columns());
    columns
        .keySet()
        .removeIf(name -> own.plan().type(name).isEmpty() && running.type(name).isPresent());
    return own.complete(new RequestColumns(request.rows(), columns), model.inputNames());
  }

  private static void checkFinite(float[] scores) {
    for (float score : scores) {
      if (!Float.isFinite(score)) {
        throw new InferenceException(
            ErrorCode.MODEL_OUTPUT_NOT_FINITE, "the model answered " + score);
      }
    }
  }

  private Timer timer(String name, ModelIdentity model) {
    return Timer.builder(name)
        .tag("model", model.model())
        .tag("version", String.valueOf(model.version()))
        .publishPercentileHistogram()
        .register(meters);
  }
}
