package io.millrace.serving.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ServedPipeline;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * Predicts a pipeline's vectors batch by batch: exactly once for a read-committed reader. Whatever
 * goes wrong leads back to the committed offsets with a new producer.
 */
public final class StreamScorer implements AutoCloseable {
  private final VectorPump pump;
  private final ConsumerLoop loop;

  /**
   * @param settings where and in what steps
   */
  public StreamScorer(
      StreamSettings settings,
      ServedPipeline pipeline,
      ModelRepository models,
      SchemaCache schemas,
      MeterRegistry meters,
      Clock clock,
      ConsumerLoop.Watch watch) {
    String name = pipeline.name();
    this.pump =
        new VectorPump(
            DataTopic.VECTORS.of(name),
            () -> settings.producer(name),
            pipeline,
            models,
            schemas,
            meters,
            clock);
    this.loop = new ConsumerLoop("score-" + name, () -> settings.consumer(name), pump, watch);
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    loop.start();
  }

  public State state() {
    return loop.state();
  }

  public Optional<PipelineFailure> failure() {
    return loop.failure();
  }

  /** Vectors predicted and skipped so far, of the partitions that are read here. */
  public Map<String, Object> counts() {
    return pump.counts().toJson();
  }

  /** What is not committed is left to the next start. */
  @Override
  public void close() {
    loop.close();
  }
}
