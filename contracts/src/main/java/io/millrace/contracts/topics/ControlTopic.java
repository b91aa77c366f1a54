package io.millrace.contracts.topics;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import java.util.List;
import org.apache.avro.Schema;

/**
 * A shared, compacted topic of the control plane, partitioned by pipeline.
 *
 * @param compactionKey the form of its keys
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
          "transformer");

  public static final ControlTopic<RunStep> RUNS =
      new ControlTopic<>(
          KafkaNames.topic("runs"),
          "pipeline/run/step",
          RunStep.class,
          RunStep.getClassSchema(),
          "monitor, transformer, trainer, evaluator");

  public static final ControlTopic<ModelEvent> MODELS =
      new ControlTopic<>(
          KafkaNames.topic("models"),
          "pipeline/version, pipeline@alias/sequence",
          ModelEvent.class,
          ModelEvent.getClassSchema(),
          "evaluator");

  public static final ControlTopic<AlertEvent> ALERTS =
      new ControlTopic<>(
          KafkaNames.topic("alerts"),
          "pipeline/alert",
          AlertEvent.class,
          AlertEvent.getClassSchema(),
          "validator, transformer, serving, monitor");

  public static final ControlTopic<MetricsMeasured> METRICS =
      new ControlTopic<>(
          KafkaNames.topic("metrics"),
          "pipeline/version/window",
          MetricsMeasured.class,
          MetricsMeasured.getClassSchema(),
          "monitor");

  public static final ControlTopic<DriftMeasured> DRIFT =
      new ControlTopic<>(
          KafkaNames.topic("drift"),
          "pipeline/window/kind/field",
          DriftMeasured.class,
          DriftMeasured.getClassSchema(),
          "monitor");

  /** All of them. */
  public static final List<ControlTopic<?>> ALL =
      List.of(PIPELINES, DATASETS, RUNS, MODELS, ALERTS, METRICS, DRIFT);
}
