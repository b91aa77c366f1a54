package io.millrace.contracts.topics;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
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
          "millrace.pipelines",
          "pipeline/version",
          PipelineVersion.class,
          PipelineVersion.getClassSchema(),
          "ingest");

  public static final ControlTopic<PartWritten> DATASETS =
      new ControlTopic<>(
          "millrace.datasets",
          "pipeline/part/version",
          PartWritten.class,
          PartWritten.getClassSchema(),
          "transformer");
}
