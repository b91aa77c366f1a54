package io.millrace.monitor.topology;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.control.Purges;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.monitor.judge.JudgeInput;
import io.millrace.monitor.judge.JudgePlan;
import io.millrace.monitor.judge.JudgeProcessor;
import io.millrace.monitor.outcomes.MonitorOutput;
import io.millrace.monitor.outcomes.OutcomePlan;
import io.millrace.monitor.outcomes.OutcomeProcessor;
import io.millrace.monitor.outcomes.OutcomeProcessor.Event;
import io.millrace.monitor.windows.JudgeMessage.Source;
import java.util.Optional;
import java.util.OptionalInt;
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
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predictions joined with labels by id, and counted, in one task a partition; what they have
 * counted, and the facts of the control plane, judged in one task. Only counts travel to that one.
 */
public final class MonitorTopology {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorTopology.class);
  private static final String TO_JUDGE = "judge";
  private static final Serde<String> KEY = Serdes.String();
  private static final Serde<byte[]> VALUE = Serdes.ByteArray();

  private MonitorTopology() {}

  private record InternalTopic(String name) implements TopicNameExtractor<String, byte[]> {
    @Override
    public String extract(String key, byte[] value, RecordContext context) {
      return name;
    }
  }

  /**
   * A value is a fact; none may take all of them back, and one of an earlier life of the pipeline
   * that comes behind that is none.
   */
  private static final class FactReader
      extends ContextualFixedKeyProcessor<String, byte[], byte[]> {
    private final int topic;
    private int since;

    FactReader(int topic) {
      this.topic = topic;
    }

    @Override
    public void process(FixedKeyRecord<String, byte @Nullable []> record) {
      byte[] value = record.value();
      OptionalInt purged = Purges.since(record.headers());
      if (purged.isPresent()) {
        since = Math.max(since, purged.getAsInt());
        context().forward(record.withValue(new JudgeInput.Purged(topic).toBytes()));
      } else if (VersionHeader.read(record.headers()).orElse(since) < since) {
        LOG.debug("a fact of an earlier life came late: {}", record.key());
      } else if (value != null || topic == JudgeInput.PARTS) {
        context().forward(record.withValue(JudgeInput.Fact.of(topic, value).toBytes()));
      }
    }
  }

  public static Topology build(OutcomePlan outcomes, JudgePlan judge) {
    StreamsBuilder builder = new StreamsBuilder();
    addStores(builder);
    String pipeline = judge.runnable().name();

    KStream<String, MonitorOutput> joined =
        events(builder, outcomes, DataTopic.PREDICTIONS, Source.PREDICTIONS)
            .merge(events(builder, outcomes, DataTopic.LABELS, Source.LABELS), Named.as("events"))
            .process(
                () -> new OutcomeProcessor(outcomes),
                Named.as("join"),
                OutcomeProcessor.OUTCOMES,
                OutcomeProcessor.EXPIRING);
    joined
        .filter((key, out) -> out instanceof MonitorOutput.Joined, Named.as("joined"))
        .mapValues(MonitorOutput::value, Named.as("outcome-values"))
        .to(outcomes.topic(DataTopic.OUTCOMES), Produced.with(KEY, VALUE).withName("outcomes"));

    addFacts(builder, pipeline);
    joined
        .filter((key, out) -> out instanceof MonitorOutput.ToJudge, Named.as("counted"))
        .mapValues(
            out -> new JudgeInput.Counted(out.value()).toBytes(), Named.as("counts-to-judge"))
        .repartition(Repartitioned.with(KEY, VALUE).withName(TO_JUDGE).withNumberOfPartitions(1))
        .mapValues(JudgeInput::fromBytes, Named.as("judge-input"))
        .process(() -> new JudgeProcessor(judge), Named.as("judge"), JudgeProcessor.JUDGE)
        .to(
            new SaidTopic(),
            Produced.with(KEY, new SaidSerde())
                .withName("control-plane")
                .withStreamPartitioner(byPipeline(pipeline)));
    return builder.build();
  }

  private static KStream<String, Event> events(
      StreamsBuilder builder, OutcomePlan plan, DataTopic topic, Source source) {
    return builder.stream(plan.topic(topic), Consumed.with(KEY, VALUE).withName(topic.what()))
        .mapValues(value -> new Event(source, value), Named.as(topic.what() + "-events"));
  }

  /** Into the topic that has the counts, which is Streams' own; a merge would join the tasks. */
  private static void addFacts(StreamsBuilder builder, String pipeline) {
    KStream<String, byte[]> all = null;
    for (int i = 0; i < JudgeInput.FACTS.size(); i++) {
      int index = i;
      String topic = JudgeInput.FACTS.get(i).name();
      String name = topic.substring(topic.indexOf('.') + 1);
      KStream<String, byte[]> own =
          builder.stream(topic, Consumed.with(KEY, VALUE).withName(name))
              .filter((key, value) -> isOf(key, pipeline), Named.as(name + "-own"))
              .processValues(() -> new FactReader(index), Named.as(name + "-facts"));
      all = all == null ? own : all.merge(own, Named.as("facts-and-" + name));
    }
    java.util.Objects.requireNonNull(all)
        .to(
            new InternalTopic(PipelineGroup.monitorId(pipeline) + "-" + TO_JUDGE + "-repartition"),
            Produced.with(KEY, VALUE).withName("facts-to-judge"));
  }

  /** Keys are {@code <pipeline>/…}, those of aliases {@code <pipeline>@…}. */
  private static boolean isOf(@Nullable String key, String pipeline) {
    return key != null
        && key.length() > pipeline.length()
        && key.startsWith(pipeline)
        && (key.charAt(pipeline.length()) == '/' || key.charAt(pipeline.length()) == '@');
  }

  private static StreamPartitioner<String, JudgeProcessor.Said> byPipeline(String pipeline) {
    return (topic, key, value, partitions) ->
        Optional.of(Set.of(ControlRecords.partitionOf(pipeline, partitions)));
  }

  private static void addStores(StreamsBuilder builder) {
    builder.addStateStore(store(Stores.persistentKeyValueStore(OutcomeProcessor.OUTCOMES)));
    builder.addStateStore(DueIndex.onDisk(OutcomeProcessor.EXPIRING));
    builder.addStateStore(store(Stores.inMemoryKeyValueStore(JudgeProcessor.JUDGE)));
  }

  private static StoreBuilder<?> store(KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), VALUE).withCachingEnabled();
  }
}
