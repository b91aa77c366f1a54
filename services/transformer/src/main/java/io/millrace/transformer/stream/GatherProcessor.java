package io.millrace.transformer.stream;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.topics.SkippedRecords;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/** Brings the answers about an example's entities back to it. */
final class GatherProcessor implements Processor<String, byte[], String, Output> {
  private final JoinPlan plan;
  private ProcessorContext<String, Output> context;
  private Joiner joiner;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  GatherProcessor(JoinPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<String, Output> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> ids = context.getStateStore(TransformerTopology.IDS);
    this.joiner =
        new Joiner(
            plan,
            TransformerTopology.PENDING.of(ids),
            new DueIndex(context.getStateStore(TransformerTopology.GATHERING)),
            new DueIndex(context.getStateStore(TransformerTopology.EXPIRING)),
            new TaskCounts(TransformerTopology.COUNTS.of(ids)),
            Outputs.to(context, plan.name()));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    Optional<Answer> answer = Answer.read(record.value());
    if (answer.isPresent() && record.key() != null) {
      joiner.answer(record.key(), answer.get());
    } else {
      RecordMetadata place = context.recordMetadata().orElseThrow();
      SkippedRecords.skip(
          place.topic(),
          place.partition(),
          place.offset(),
          ErrorCode.UNDECODABLE,
          "no answer of an entity");
    }
  }
}
