package io.millrace.validator.topology;

import io.millrace.messaging.streams.HotSections;
import io.millrace.messaging.streams.StateChecks;
import io.millrace.messaging.streams.StoreForm;
import io.millrace.messaging.streams.StoreSection;
import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.validator.duplicates.Seen;
import io.millrace.validator.messages.Checked;
import io.millrace.validator.messages.Destination;
import io.millrace.validator.messages.Held;
import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.MessageSerde;
import io.millrace.validator.messages.Output;
import io.millrace.validator.messages.Waiting;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The validator of one pipeline:
 *
 * <pre>
 * streams -> check -+-> quarantine
 *                   +-> by-id -> deduplicate -+-> examples
 *                                             +-> labels
 *                                             +-> quarantine
 * </pre>
 */
public final class ValidatorTopology {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  /** What a checking task keeps: counts, records that wait, and how far event time has come. */
  public static final String CHECKS = "checks";

  /** What a deduplicating task keeps: counts, ids and watermarks. */
  public static final String IDS = "ids";

  /** Counts, in either store. */
  public static final StoreSection<String, Long> COUNTS =
      new StoreSection<>('c', Serdes.String(), Serdes.Long());

  static final StoreSection<byte[], byte[]> WAITING = new StoreSection<>('r', BYTES, BYTES);
  static final StoreSection<byte[], byte[]> HELD = new StoreSection<>('h', BYTES, BYTES);
  static final StoreSection<Integer, byte[]> CLOCKS =
      new StoreSection<>('t', Serdes.Integer(), BYTES);
  static final StoreSection<byte[], byte[]> SEEN = new StoreSection<>('i', BYTES, BYTES);
  static final StoreSection<Integer, byte[]> WATERMARKS =
      new StoreSection<>('w', Serdes.Integer(), BYTES);

  private ValidatorTopology() {}

  /** Builds it; every operator and store is named, so that a refactor renames no topic. */
  public static Topology build(ValidatorPlan plan) {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Checked> checked =
        builder.stream(
                plan.inputs().stream().map(Input::topic).toList(),
                Consumed.with(BYTES, BYTES).withName("streams"))
            .process(supplier(() -> new CheckProcessor(plan), store(CHECKS)), Named.as("check"));
    KStream<byte[], Output> unkeyed =
        checked
            .filter((key, value) -> value instanceof Output, Named.as("unkeyed"))
            .mapValues(Output.class::cast, Named.as("unkeyed-records"));
    to(plan, Destination.QUARANTINE, "quarantine-unkeyed", unkeyed);

    KStream<byte[], Output> outputs =
        checked
            .filter((key, value) -> value instanceof Message, Named.as("keyed"))
            .mapValues(Message.class::cast, Named.as("keyed-messages"))
            .repartition(
                Repartitioned.with(BYTES, MessageSerde.serde())
                    .withName("by-id")
                    .withNumberOfPartitions(plan.partitions())
                    .withStreamPartitioner(Partitioners.messages()))
            .process(
                supplier(() -> new DeduplicateProcessor(plan), ids()), Named.as("deduplicate"));
    for (Destination destination : Destination.values()) {
      String name = destination.name().toLowerCase(Locale.ROOT);
      to(
          plan,
          destination,
          name,
          outputs.filter(
              (key, output) -> output.destination() == destination, Named.as("to-" + name)));
    }
    return builder.build();
  }

  /** 2: what is held, and how far ahead times lie. */
  static final StoreForm FORM = new StoreForm((byte) 2);

  /** What its stores hold. */
  public static StateChecks states() {
    return new StateChecks(
        Map.of(
            CHECKS,
            StateChecks.sections(
                FORM,
                Map.of(
                    COUNTS,
                    StateChecks.LONG,
                    WAITING,
                    Waiting::fromBytes,
                    HELD,
                    Held::fromBytes,
                    CLOCKS,
                    bytes -> new FarAhead(0).restore(bytes))),
            IDS,
            StateChecks.sections(
                FORM,
                Map.of(
                    COUNTS,
                    StateChecks.LONG,
                    SEEN,
                    Seen::fromBytes,
                    WATERMARKS,
                    StateChecks.ANY))));
  }

  private static void to(
      ValidatorPlan plan, Destination destination, String name, KStream<byte[], Output> outputs) {
    Serde<Output> values =
        Serdes.serdeFrom(
            (topic, output) -> output.value(),
            (topic, bytes) -> new Output(destination, Output.BY_KEY, bytes));
    outputs.to(
        plan.topicName(destination),
        Produced.with(BYTES, values).withStreamPartitioner(Partitioners.outputs()).withName(name));
  }

  /** An id is written once, and a range over a record cache copies all of its keys. */
  private static StoreBuilder<?> ids() {
    return HotSections.in(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(IDS), Serdes.Bytes(), BYTES),
        "" + COUNTS.letter() + WATERMARKS.letter());
  }

  /** With a cache: a count is written once a commit, not once a record. */
  private static StoreBuilder<?> store(String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), BYTES)
        .withCachingEnabled();
  }

  private interface Maker<KI, VI, KO, VO> {
    Processor<KI, VI, KO, VO> make();
  }

  private static <KI, VI, KO, VO> ProcessorSupplier<KI, VI, KO, VO> supplier(
      Maker<KI, VI, KO, VO> maker, StoreBuilder<?>... stores) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<KI, VI, KO, VO> get() {
        return maker.make();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return new LinkedHashSet<>(List.of(stores));
      }
    };
  }
}
