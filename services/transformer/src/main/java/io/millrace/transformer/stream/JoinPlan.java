package io.millrace.transformer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.Digest;
import io.millrace.contracts.pipeline.Meaning;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.KeptFeatures;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.streams.OutdatedTopologyException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** All that joining needs to know of one version of a pipeline, worked out once. */
final class JoinPlan {
  private static final int LONG_DIGITS = 2 * Long.BYTES;

  private final RunnablePipeline runnable;
  private final Pipeline pipeline;
  private final @Nullable RunnablePipeline served;
  private final KeptFeatures kept;
  private final PipelineSchemas schemas;
  private final SchemaCache cache;
  private final List<EntityFeatures> entities;
  private final List<long[]> seriesIds;
  private final int[] ownFeatures;
  private final List<boolean[]> servedFeatures;
  private final Schema exampleSchema;
  private final Counter behindClock;
  private final IntFunction<Optional<RunnablePipeline>> versions;
  private final Map<Integer, Set<Long>> seriesByVersion = new ConcurrentHashMap<>();
  private final MeterRegistry meters;
  private final Map<Integer, Optional<JoinPlan>> others = new ConcurrentHashMap<>();

  /** Of a pipeline that has this version alone. */
  JoinPlan(RunnablePipeline runnable, SchemaCache cache, MeterRegistry meters) {
    this(runnable, Optional.empty(), version -> Optional.empty(), cache, meters);
  }

  /**
   * @param served the version that the live model was trained by, if its windowed features are to
   *     be computed too
   * @param versions the pipeline's other ones
   */
  JoinPlan(
      RunnablePipeline runnable,
      Optional<RunnablePipeline> served,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache cache,
      MeterRegistry meters) {
    this.runnable = runnable;
    this.versions = versions;
    this.meters = meters;
    this.pipeline = runnable.pipeline();
    this.served = served.orElse(null);
    this.kept = KeptFeatures.of(served.map(RunnablePipeline::pipeline).orElse(pipeline), pipeline);
    this.schemas = PipelineSchemas.of(pipeline);
    this.cache = cache;
    this.behindClock =
        meters.counter("millrace.transformer.behind.clock", "pipeline", pipeline.name());
    this.entities = EntityFeatures.of(pipeline, kept);
    this.seriesIds = seriesIds(entities);
    this.ownFeatures = entities.stream().mapToInt(this::countOwn).toArray();
    this.servedFeatures = entities.stream().map(this::served).toList();
    this.exampleSchema = schemas.stream(pipeline.exampleStream());
    cache.add(runnable.schemaId(DataTopic.EXAMPLES), exampleSchema);
    cache.add(runnable.schemaId(DataTopic.VECTORS), schemas.vector());
    cache.add(runnable.schemaId(DataTopic.LABELS), schemas.stream(pipeline.labelStream()));
  }

  /** With what is kept for the live model, behind the rest. */
  List<EntityFeatures> entities() {
    return entities;
  }

  /** How many of an entity's features are those of the version that runs: its first ones. */
  int ownFeatures(int entity) {
    return ownFeatures[entity];
  }

  /** Whether the live model's version has an entity's feature, too, and means the same by it. */
  boolean isServed(int entity, int feature) {
    return servedFeatures.get(entity)[feature];
  }

  private int countOwn(EntityFeatures entity) {
    return (int) IntStream.of(entity.positions()).filter(this::isOwn).count();
  }

  private boolean isOwn(int position) {
    return position < pipeline.windowed().size();
  }

  private boolean[] served(EntityFeatures entity) {
    boolean[] all = new boolean[entity.features().size()];
    for (int i = 0; served != null && i < all.length; i++) {
      all[i] =
          !isOwn(entity.positions()[i])
              || Meaning.isSameFeature(
                  entity.features().get(i).name(), served.pipeline(), pipeline);
    }
    return all;
  }

  /** The version of the file whose windowed features are kept; 0 for none. */
  int keptVersion() {
    return served == null ? 0 : served.version();
  }

  /** Until when it is kept; empty when nothing is. */
  Optional<Instant> keptUntil() {
    return Optional.ofNullable(served)
        .map(earlier -> runnable.keepsUntil(versions.apply(earlier.version() + 1)));
  }

  /** What is kept for the live model, in the order of its file. */
  List<Windowed> kept() {
    return kept.features();
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

  /** As an older form numbers it, in which features of other windows share a series. */
  static long idOfAnyWindow(String entity, SeriesKey series) {
    return seriesId(entity, series.ofAnyWindow());
  }

  /** The same by number. */
  long idOfAnyWindow(long series) {
    for (int i = 0; i < entities.size(); i++) {
      for (int j = 0; j < seriesIds.get(i).length; j++) {
        if (seriesIds.get(i)[j] == series) {
          return idOfAnyWindow(entities.get(i).entity(), entities.get(i).series().get(j));
        }
      }
    }
    throw new IllegalArgumentException("no series " + series);
  }

  /** The numbers of the series that this version's own features need. */
  Set<Long> ownSeries() {
    Set<Long> own = new HashSet<>();
    for (int i = 0; i < entities.size(); i++) {
      for (int j = 0; j < ownFeatures[i]; j++) {
        own.add(seriesIds.get(i)[entities.get(i).seriesOf()[j]]);
      }
    }
    return own;
  }

  /**
   * The version that has asked for a series anew since another one ran: the first from which on all
   * have had it until this one. The versions' files say so, so that all tasks agree on it,
   * whichever versions they have run themselves.
   *
   * @param before the version that ran before; 0 when nobody knows
   * @param had whether that one had the series
   * @return empty where no version is known that lacks it
   */
  OptionalInt introducedSince(int before, long series, boolean had) {
    if (before == 0 || before >= version()) {
      return OptionalInt.empty();
    }
    for (int other = version() - 1; other > before; other--) {
      if (lacks(other, series)) {
        return OptionalInt.of(other + 1);
      }
    }
    return had ? OptionalInt.empty() : OptionalInt.of(before + 1);
  }

  private boolean lacks(int version, long series) {
    Set<Long> known = seriesByVersion.get(version);
    if (known == null) {
      Optional<RunnablePipeline> other = versions.apply(version);
      if (other.isEmpty()) {
        return false;
      }
      known =
          seriesIds(EntityFeatures.of(other.get().pipeline())).stream()
              .flatMapToLong(Arrays::stream)
              .boxed()
              .collect(Collectors.toSet());
      seriesByVersion.put(version, known);
    }
    return !known.contains(series);
  }

  List<Windowed> windowed() {
    return pipeline.windowed();
  }

  /**
   * An answer as this plan asks for it. Another process may keep other features for the live model,
   * or none, for as long as it takes until both have heard of the same one: then what is kept
   * counts as missing.
   *
   * @return none when it is of another shape
   */
  List<Answer> asAsked(Answer answer) {
    if (answer.entity() == Answer.NO_ENTITY
        || (answer.kept() != keptVersion() && isOfKeptAlone(answer.entity()))) {
      return IntStream.range(0, entities.size())
          .filter(this::isOfKeptAlone)
          .mapToObj(entity -> withoutKept(entity, answer, 0))
          .toList();
    }
    if (answer.entity() < 0 || answer.entity() >= entities.size()) {
      return List.of();
    }
    int all = entities.get(answer.entity()).features().size();
    int own = ownFeatures(answer.entity());
    if (answer.kept() == keptVersion()) {
      return answer.values().length == all ? List.of(answer) : List.of();
    }
    return answer.values().length >= own
        ? List.of(withoutKept(answer.entity(), answer, own))
        : List.of();
  }

  /** Whether the version that runs asks nothing of an entity, wherever it stands. */
  private boolean isOfKeptAlone(int entity) {
    return entity >= 0 && (entity >= entities.size() || ownFeatures(entity) == 0);
  }

  private Answer withoutKept(int entity, Answer answer, int own) {
    @Nullable Object[] values =
        Arrays.copyOf(Arrays.copyOf(answer.values(), own), entities.get(entity).features().size());
    return new Answer(answer.version(), entity, answer.incomplete(), values, keptVersion(), true);
  }

  private Stream<Windowed> allWindowed() {
    return Stream.concat(windowed().stream(), kept().stream());
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
    return allWindowed().mapToLong(Windowed::paneMicros).max().orElse(0);
  }

  /** How many panes all series of one entity may hold. */
  long mostPanes() {
    return allWindowed().mapToLong(w -> w.windowMicros() / w.paneMicros() + 1).sum();
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

  /** Whether whoever wrote by a schema could know some fields. */
  boolean hasFields(int schemaId, Set<String> fields) {
    return cache.lookUp(schemaId) instanceof SchemaCache.LookUp.Known known
        && fields.stream().allMatch(field -> known.schema().getField(field) != null);
  }

  ExampleReader exampleReader() {
    return new ExampleReader(pipeline, entities, cache, exampleSchema, schemas.vector());
  }

  LabelReader labelReader() {
    return new LabelReader(pipeline, kept, entities, cache, schemas.stream(pipeline.labelStream()));
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
