package io.millrace.transformer.parts;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Writes a pipeline's rows as Parquet parts: the file first, then its announcement and the
 * consumer's offsets in one transaction. Announced means committed; a file that was never announced
 * is garbage. Whatever goes wrong leads back to the committed offsets with a new producer.
 */
public final class PartWriter implements AutoCloseable {
  private final ConsumerLoop loop;
  private final Optional<Compactor> compactor;

  /**
   * @param versions the pipeline's other ones, which may have made some of the rows
   * @param announcements encodes {@code PartWritten}
   * @param compaction of what is written; empty for none
   */
  public PartWriter(
      PartSettings settings,
      RunnablePipeline pipeline,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache schemas,
      RecordEncoder announcements,
      ArtifactStore store,
      MeterRegistry meters,
      CutRequests cuts,
      Optional<Compaction> compaction,
      Clock clock,
      ConsumerLoop.Watch watch) {
    String name = pipeline.name();
    Handover handover = new Handover();
    PartMetrics metrics = new PartMetrics(meters, name);
    PartPump pump =
        new PartPump(
            DataTopic.ROWS.of(name),
            pipeline.version(),
            () -> new Announcer(settings.producer(name), announcements, name, clock),
            new RowBuffers(settings),
            new PartFiles(pipeline, versions, schemas, settings.spool(), store),
            metrics,
            () -> cuts.take(name),
            handover,
            clock);
    this.loop = new ConsumerLoop("parts-" + name, () -> settings.consumer(name), pump, watch);
    AnnouncedParts announced = new AnnouncedParts(settings.kafka(), schemas);
    this.compactor =
        compaction.map(
            how ->
                new Compactor(
                    name,
                    how.settings(),
                    announced::index,
                    how.versions(),
                    pipeline.pipeline().retention().parts(),
                    new PartMerger(store, how.folder(), how.settings().memory()),
                    handover,
                    metrics,
                    clock));
  }

  /**
   * How small parts become large ones, and old ones go.
   *
   * @param versions of the pipeline, as far as they are known
   * @param folder a local one of its own for files that are being written
   */
  public record Compaction(
      CompactionSettings settings, IntFunction<Optional<Pipeline>> versions, Path folder) {}

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    loop.start();
    compactor.ifPresent(Compactor::start);
  }

  public State state() {
    return loop.state();
  }

  public Optional<PipelineFailure> failure() {
    return loop.failure();
  }

  /** Rows that are in no part yet are left to the next start. */
  @Override
  public void close() {
    try {
      compactor.ifPresent(Compactor::close);
    } finally {
      loop.close();
    }
  }
}
