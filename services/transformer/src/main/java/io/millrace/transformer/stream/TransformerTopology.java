package io.millrace.transformer.stream;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.streams.StateChecks;
import io.millrace.messaging.streams.StoreForm;
import io.millrace.messaging.streams.StoreSection;
import io.millrace.transformer.stream.EventJoinProcessor.Event;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Examples and labels, joined by id; the windows of their entities, looked up in the tasks that
 * keep them; vectors and rows.
 *
 * <p>Two sub-topologies: by id (join and gather share the store of what is pending) and by entity
 * (panes). Records go to and fro between them through two repartition topics.
 */
public final class TransformerTopology {
  private static final Serde<String> KEY = Serdes.String();
  private static final Serde<byte[]> VALUE = Serdes.ByteArray();

  /** What a task keeps by id: what is pending, counts, and how far its sources are. */
  static final String IDS = "ids";

  static final StoreSection<String, byte[]> PENDING = new StoreSection<>('p', KEY, VALUE);
  static final StoreSection<String, byte[]> EVENT_WATERMARKS = new StoreSection<>('w', KEY, VALUE);
  static final StoreSection<String, Long> COUNTS = new StoreSection<>('c', KEY, Serdes.Long());

  /** Examples that are not yet vectors, by their time. */
  static final String GATHERING = "gathering";

  /** What is pending, by when nothing comes of it any more. */
  static final String EXPIRING = "expiring";

  /** What a task keeps by entity: panes, look-ups that wait, and how far all tasks are. */
  static final String ENTITIES = "entities";

  static final StoreSection<String, byte[]> PANES = new StoreSection<>('p', KEY, VALUE);
  static final StoreSection<Bytes, byte[]> LOOK_UPS =
      new StoreSection<>('l', Serdes.Bytes(), VALUE);
  static final StoreSection<String, byte[]> TASK_WATERMARKS = new StoreSection<>('w', KEY, VALUE);

  /** Entities, by when none of their panes counts any more. */
  static final String QUIET = "quiet";

  /**
   * 2: series named by what they mean, and labels that wait for their vector's version. 3: what is
   * pending may ask for features that are kept for the live model. 4: a series for each window, and
   * the version that it is of.
   */
  static final StoreForm FORM = new StoreForm((byte) 4);

  private TransformerTopology() {}

  /** What its stores hold. */
  static StateChecks states() {
    return new StateChecks(
        Map.of(
            IDS,
            StateChecks.sections(
                FORM,
                Map.of(
                    PENDING,
                    Pending::fromBytes,
                    EVENT_WATERMARKS,
                    StateChecks.ANY,
                    COUNTS,
                    StateChecks.LONG)),
            ENTITIES,
            StateChecks.sections(
                FORM,
                Map.of(
                    PANES,
                    StateChecks.ANY,
                    LOOK_UPS,
                    StateChecks.ANY,
                    TASK_WATERMARKS,
                    StateChecks.ANY))));
  }

  static Topology build(JoinPlan plan, History history) {
    StreamsBuilder builder = new StreamsBuilder();
    addStores(builder);

    KStream<String, Output> joined =
        events(builder, plan, DataTopic.EXAMPLES, Source.EXAMPLES)
            .merge(events(builder, plan, DataTopic.LABELS, Source.LABELS), Named.as("events"))
            .process(
                () -> new EventJoinProcessor(plan, history),
                Named.as("join"),
                IDS,
                GATHERING,
                EXPIRING);
    send(joined, "joined", plan);

    if (!plan.entities().isEmpty()) {
      KStream<String, PaneOutput> panes =
          joined
              .filter((key, out) -> out instanceof Output.ToEntity, Named.as("to-entities"))
              .mapValues(Output::value, Named.as("entity-messages"))
              .repartition(
                  Repartitioned.with(KEY, VALUE)
                      .withName("entities")
                      .withNumberOfPartitions(plan.partitions())
                      .withStreamPartitioner(toAllWhereMarked()))
              .process(() -> new PaneProcessor(plan), Named.as("panes"), ENTITIES, QUIET);
      panes
          .filter((key, out) -> out instanceof PaneOutput.ToFeatures, Named.as("to-features"))
          .mapValues(PaneOutput::value, Named.as("feature-panes"))
          .to(
              plan.topic(DataTopic.FEATURES),
              Produced.with(KEY, VALUE)
                  .withName("features")
                  .withStreamPartitioner(watermarksBehindTheirPanes()));
      KStream<String, Output> gathered =
          panes
              .filter((key, out) -> out instanceof PaneOutput.ToExample, Named.as("to-examples"))
              .mapValues(PaneOutput::value, Named.as("answers-of-entities"))
              .repartition(
                  Repartitioned.with(KEY, VALUE)
                      .withName("answers")
                      .withNumberOfPartitions(plan.partitions()))
              .process(
                  () -> new GatherProcessor(plan), Named.as("gather"), IDS, GATHERING, EXPIRING);
      send(gathered, "gathered", plan);
    }
    return builder.build();
  }

  private static KStream<String, Event> events(
      StreamsBuilder builder, JoinPlan plan, DataTopic topic, Source source) {
    return builder.stream(plan.topic(topic), Consumed.with(KEY, VALUE).withName(topic.what()))
        .mapValues(value -> new Event(source, value), Named.as(topic.what() + "-events"));
  }

  private static void send(KStream<String, Output> stream, String from, JoinPlan plan) {
    stream
        .filter(
            (key, out) -> out instanceof Output.Vector || out instanceof Output.VectorsMark,
            Named.as(from + "-vectors"))
        .mapValues(Output::value, Named.as(from + "-vector-values"))
        .to(
            plan.topic(DataTopic.VECTORS),
            Produced.with(KEY, VALUE)
                .withName(from + "-vectors-sink")
                .withStreamPartitioner(marksToTheirTask()));
    stream
        .filter((key, out) -> out instanceof Output.Row, Named.as(from + "-rows"))
        .mapValues(Output::value, Named.as(from + "-row-values"))
        .to(plan.topic(DataTopic.ROWS), Produced.with(KEY, VALUE).withName(from + "-rows-sink"));
  }

  private static void addStores(StreamsBuilder builder) {
    builder.addStateStore(store(IDS));
    builder.addStateStore(store(ENTITIES));
    builder.addStateStore(DueIndex.inMemory(GATHERING));
    builder.addStateStore(DueIndex.onDisk(EXPIRING));
    builder.addStateStore(DueIndex.onDisk(QUIET));
  }

  private static StoreBuilder<?> store(String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), VALUE)
        .withCachingEnabled();
  }

  /** A vector goes where its example came from, and so does its task's watermark. */
  private static StreamPartitioner<String, byte[]> marksToTheirTask() {
    return (topic, key, value, partitions) ->
        value == null ? Optional.of(Set.of(Integer.parseInt(key))) : Optional.empty();
  }

  /** Watermarks go to every partition, look-ups and updates to their entity's. */
  private static StreamPartitioner<String, byte[]> toAllWhereMarked() {
    return (topic, key, value, partitions) ->
        EntityMessage.isForAll(value) ? Optional.of(allOf(partitions)) : Optional.empty();
  }

  /**
   * A task's watermark goes where its panes go, so that who reads it there has read them. Entities
   * have the same partition in both topics.
   */
  private static StreamPartitioner<String, byte[]> watermarksBehindTheirPanes() {
    return (topic, key, value, partitions) ->
        key.startsWith(EntityPanes.WATERMARK_KEY)
            ? Optional.of(
                Set.of(Integer.parseInt(key.substring(EntityPanes.WATERMARK_KEY.length()))))
            : Optional.empty();
  }

  private static Set<Integer> allOf(int partitions) {
    return IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet());
  }
}
