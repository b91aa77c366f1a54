package io.millrace.monitor.outcomes;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.monitor.verdicts.Closing;
import io.millrace.monitor.windows.Tumbling;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.avro.Schema;

/** All that joining needs to know of one version of a pipeline, worked out once. */
public final class OutcomePlan {
  private final RunnablePipeline runnable;
  private final Pipeline pipeline;
  private final Schema labelSchema;
  private final SchemaCache cache;
  private final IntFunction<Optional<RunnablePipeline>> versions;

  /**
   * @param versions the pipeline's other ones
   */
  public OutcomePlan(
      RunnablePipeline runnable,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache cache) {
    this.runnable = runnable;
    this.versions = versions;
    this.pipeline = runnable.pipeline();
    this.labelSchema = PipelineSchemas.of(pipeline).stream(pipeline.labelStream());
    this.cache = cache;
    cache.add(runnable.schemaId(DataTopic.LABELS), labelSchema);
    cache.add(runnable.schemaId(DataTopic.PREDICTIONS), Prediction.getClassSchema());
  }

  /** The plan of the version that a model was trained by; this one where it isn't known. */
  OutcomePlan by(int version) {
    return version == 0 || version == runnable.version()
        ? this
        : versions
            .apply(version)
            .map(other -> new OutcomePlan(other, versions, cache))
            .orElse(this);
  }

  public String topic(DataTopic topic) {
    return topic.of(pipeline.name());
  }

  int partitions() {
    return runnable.partitions();
  }

  Label.Kind kind() {
    return pipeline.label().kind();
  }

  public Tumbling windows() {
    return Tumbling.of(pipeline.monitor().window());
  }

  public Closing closing() {
    return new Closing(windows(), withinMicros(), micros(pipeline.labelStream().lateness()));
  }

  long withinMicros() {
    return micros(pipeline.label().within());
  }

  /** How long a prediction or label waits for the other. */
  long keepMicros() {
    return withinMicros() + micros(pipeline.labelStream().lateness());
  }

  RecordDecoder<Prediction> predictionReader() {
    return RecordDecoder.specific(cache, Prediction.class);
  }

  LabelReader labelReader() {
    return new LabelReader(pipeline, cache, labelSchema);
  }

  RecordEncoder outcomeWriter() {
    return RecordEncoder.specific(runnable.schemaId(DataTopic.OUTCOMES), Outcome.class);
  }

  CloudEvents envelope() {
    return new CloudEvents("/millrace/monitor/" + pipeline.name(), Outcome.class.getName());
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }
}
