package io.millrace.contracts.topics;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A shared, compacted topic of the control plane, partitioned by pipeline.
 *
 * @param compactionKey the form of its keys
 * @param writtenBy ingest only takes back what was said of a pipeline that is removed
 */
public record ControlTopic<V>(
    String name, String compactionKey, Class<V> value, Schema schema, String writtenBy) {

  public static final ControlTopic<PipelineVersion> PIPELINES =
      new ControlTopic<>(
          KafkaNames.topic("pipelines"),
          "pipeline/version",
          PipelineVersion.class,
          PipelineVersion.getClassSchema(),
          "ingest");

  public static final ControlTopic<PartWritten> DATASETS =
      new ControlTopic<>(
          KafkaNames.topic("datasets"),
          "pipeline/part/version",
          PartWritten.class,
          PartWritten.getClassSchema(),
          "transformer, ingest");

  public static final ControlTopic<RunStep> RUNS =
      new ControlTopic<>(
          KafkaNames.topic("runs"),
          "pipeline/run/step",
          RunStep.class,
          RunStep.getClassSchema(),
          "monitor, transformer, trainer, evaluator, ingest");

  public static final ControlTopic<ModelEvent> MODELS =
      new ControlTopic<>(
          KafkaNames.topic("models"),
          "pipeline/version, pipeline@alias/sequence",
          ModelEvent.class,
          ModelEvent.getClassSchema(),
          "evaluator, ingest");

  public static final ControlTopic<AlertEvent> ALERTS =
      new ControlTopic<>(
          KafkaNames.topic("alerts"),
          "pipeline/alert",
          AlertEvent.class,
          AlertEvent.getClassSchema(),
          "validator, transformer, serving, monitor, ingest");

  public static final ControlTopic<MetricsMeasured> METRICS =
      new ControlTopic<>(
          KafkaNames.topic("metrics"),
          "pipeline/version/window",
          MetricsMeasured.class,
          MetricsMeasured.getClassSchema(),
          "monitor, ingest");

  public static final ControlTopic<DriftMeasured> DRIFT =
      new ControlTopic<>(
          KafkaNames.topic("drift"),
          "pipeline/window/kind/field",
          DriftMeasured.class,
          DriftMeasured.getClassSchema(),
          "monitor, ingest");

  /**
   * The pipeline that a key is about: keys are {@code <pipeline>/…}, those of aliases {@code
   * <pipeline>@…}.
   */
  public static Optional<String> pipelineOf(byte @Nullable [] key) {
    if (key != null) {
      for (int i = 1; i < key.length; i++) {
        if (key[i] == '/' || key[i] == '@') {
          return Optional.of(new String(key, 0, i, StandardCharsets.UTF_8));
        }
      }
    }
    return Optional.empty();
  }

  /** All of them. */
  public static final List<ControlTopic<?>> ALL =
      List.of(PIPELINES, DATASETS, RUNS, MODELS, ALERTS, METRICS, DRIFT);
}
