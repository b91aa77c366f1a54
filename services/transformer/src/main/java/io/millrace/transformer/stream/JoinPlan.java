package io.millrace.transformer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.Digest;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.streams.OutdatedTopologyException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.Utils;

/** All that joining needs to know of one version of a pipeline, worked out once. */
final class JoinPlan {
  private static final int LONG_DIGITS = 2 * Long.BYTES;

  private final RunnablePipeline runnable;
  private final Pipeline pipeline;
  private final PipelineSchemas schemas;
  private final SchemaCache cache;
  private final List<EntityFeatures> entities;
  private final List<long[]> seriesIds;
  private final Schema exampleSchema;
  private final Counter behindClock;
  private final IntFunction<Optional<RunnablePipeline>> versions;
  private final MeterRegistry meters;
  private final Map<Integer, Optional<JoinPlan>> others = new ConcurrentHashMap<>();

  /** Of a pipeline that has this version alone. */
  JoinPlan(RunnablePipeline runnable, SchemaCache cache, MeterRegistry meters) {
    this(runnable, version -> Optional.empty(), cache, meters);
  }

  /**
   * @param versions the pipeline's other ones
   */
  JoinPlan(
      RunnablePipeline runnable,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache cache,
      MeterRegistry meters) {
    this.runnable = runnable;
    this.versions = versions;
    this.meters = meters;
    this.pipeline = runnable.pipeline();
    this.schemas = PipelineSchemas.of(pipeline);
    this.cache = cache;
    this.behindClock =
        meters.counter("millrace.transformer.behind.clock", "pipeline", pipeline.name());
    this.entities = EntityFeatures.of(pipeline);
    this.seriesIds = seriesIds(entities);
    this.exampleSchema = schemas.stream(pipeline.exampleStream());
    cache.add(runnable.schemaId(DataTopic.EXAMPLES), exampleSchema);
    cache.add(runnable.schemaId(DataTopic.VECTORS), schemas.vector());
    cache.add(runnable.schemaId(DataTopic.LABELS), schemas.stream(pipeline.labelStream()));
  }

  List<EntityFeatures> entities() {
    return entities;
  }

  /**
   * The plan of a version; empty when it isn't known any more.
   *
   * @throws OutdatedTopologyException when it isn't known yet: another process has begun with it
   */
  Optional<JoinPlan> of(int version) {
    if (version == version()) {
      return Optional.of(this);
    }
    return others.computeIfAbsent(
        version,
        number -> {
          Optional<RunnablePipeline> other = versions.apply(number);
          if (other.isEmpty() && number > version()) {
            throw new OutdatedTopologyException(
                "version %d of %s isn't known here yet".formatted(number, name()));
          }
          return other.map(known -> new JoinPlan(known, cache, meters));
        });
  }

  /** For each entity the numbers that its series have in every version of the pipeline. */
  List<long[]> seriesIds() {
    return seriesIds;
  }

  private static List<long[]> seriesIds(List<EntityFeatures> entities) {
    return entities.stream()
        .map(
            entity ->
                entity.series().stream()
                    .mapToLong(series -> seriesId(entity.entity(), series))
                    .toArray())
        .toList();
  }

  /** 64 bits of a hash: among a pipeline's few series no two are the same. */
  static long seriesId(String entity, SeriesKey series) {
    byte[] text = (entity + "/" + series.name() + "/" + series.paneMicros()).getBytes(UTF_8);
    return Long.parseUnsignedLong(Digest.of(text).sha256().substring(0, LONG_DIGITS), 16);
  }

  /** As older updates name it. */
  static long shortSeriesId(SeriesKey series) {
    return Utils.murmur2((series.field() + "/" + series.paneMicros()).getBytes(UTF_8));
  }

  List<Windowed> windowed() {
    return pipeline.windowed();
  }

  int version() {
    return runnable.version();
  }

  int partitions() {
    return runnable.partitions();
  }

  String topic(DataTopic topic) {
    return topic.of(pipeline.name());
  }

  String name() {
    return pipeline.name();
  }

  int featuresSchemaId() {
    return runnable.schemaId(DataTopic.FEATURES);
  }

  long longestPaneMicros() {
    return windowed().stream().mapToLong(Windowed::paneMicros).max().orElse(0);
  }

  /** How many panes all series of one entity may hold. */
  long mostPanes() {
    return windowed().stream().mapToLong(w -> w.windowMicros() / w.paneMicros() + 1).sum();
  }

  /** How far behind the watermark a label may be and still be found in the panes. */
  long latenessMicros() {
    return pipeline.labelStream().lateness().toNanos() / 1000;
  }

  /** Events that came too late for windows, to this process. */
  Counter behindClock() {
    return behindClock;
  }

  long withinMicros() {
    return TimeUnit.NANOSECONDS.toMicros(pipeline.label().within().toNanos());
  }

  /** How long an example or label waits for the other. */
  long keepMicros() {
    return withinMicros() + latenessMicros();
  }

  ExampleReader exampleReader() {
    return new ExampleReader(pipeline, entities, cache, exampleSchema, schemas.vector());
  }

  LabelReader labelReader() {
    return new LabelReader(pipeline, entities, cache, schemas.stream(pipeline.labelStream()));
  }

  VectorEncoder encoder() {
    return new VectorEncoder(
        exampleSchema,
        runnable.schemaId(DataTopic.EXAMPLES),
        schemas.vector(),
        runnable.schemaId(DataTopic.VECTORS),
        schemas.row(),
        runnable.schemaId(DataTopic.ROWS),
        pipeline.derived().size());
  }
}
