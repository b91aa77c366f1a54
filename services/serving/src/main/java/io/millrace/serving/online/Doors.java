package io.millrace.serving.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Field;
import io.millrace.serving.models.Lease;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelSelector;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.ModelDescription;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What both protocols' doors have in common. */
public final class Doors {
  private final ModelRepository models;
  private final MeterRegistry meters;

  public Doors(ModelRepository models, MeterRegistry meters) {
    this.models = models;
    this.meters = meters;
  }

  /** The version that a path names, which is the champion when it names none. */
  static ModelSelector.Version version(String text) {
    try {
      return new ModelSelector.Version(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new InferenceException(
          ErrorCode.UNKNOWN_MODEL_VERSION, "versions are numbers, not " + text);
    }
  }

  /** What a model takes and gives. */
  ModelDescription describe(String name, ModelIdentity model) {
    Map<String, Field> inputs =
        models
            .pipeline(name)
            .map(pipeline -> pipeline.features(model.pipelineVersion()).plan())
            .map(plan -> plan.needed(model.inputNames(), Set.of()))
            .orElse(Map.of());
    return new ModelDescription(name, models.loadedVersions(name), inputs, model.output());
  }

  /** A version's identity, without holding on to it. */
  ModelIdentity identity(String name, ModelSelector selector) {
    try (Lease lease = models.lease(name, selector)) {
      return lease.identity();
    }
  }

  /** Answers a request for predictions, and measures it. */
  Map<String, Object> measured(String protocol, Supplier<Answer> answer) {
    Timer.Sample sample = Timer.start(meters);
    try {
      Answer given = answer.get();
      sample.stop(
          Timer.builder("millrace.serving.request")
              .tag("protocol", protocol)
              .tag("model", given.model().model())
              .tag("version", String.valueOf(given.model().version()))
              .publishPercentileHistogram()
              .register(meters));
      return given.body();
    } catch (InferenceException e) {
      meters
          .counter(
              "millrace.serving.request.failures", "protocol", protocol, "code", e.code().name())
          .increment();
      throw e;
    }
  }

  /** A body and the model that made it. */
  record Answer(ModelIdentity model, Map<String, Object> body) {}
}
