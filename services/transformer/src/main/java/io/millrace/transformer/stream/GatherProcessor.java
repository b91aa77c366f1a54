package io.millrace.transformer.stream;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Brings the answers about an example's entities back to it. */
final class GatherProcessor implements Processor<String, byte[], String, Output> {
  private final JoinPlan plan;
  private Joiner joiner;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  GatherProcessor(JoinPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<String, Output> context) {
    this.joiner =
        new Joiner(
            plan,
            context.getStateStore(TransformerTopology.PENDING),
            new Gathering(context.getStateStore(TransformerTopology.GATHERING)),
            new TaskCounts(context.getStateStore(TransformerTopology.COUNTS)),
            Outputs.to(context, plan.name()));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    joiner.answer(record.key(), Answer.fromBytes(record.value()));
  }
}
