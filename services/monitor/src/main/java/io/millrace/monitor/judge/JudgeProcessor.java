package io.millrace.monitor.judge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.streams.StoreSection;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.monitor.windows.JudgeMessage;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The judge as a processor: it thinks once a second. */
public final class JudgeProcessor
    implements Processor<String, JudgeInput, String, JudgeProcessor.Said> {
  /** All that the judge keeps. */
  public static final String JUDGE = "judge";

  private static final StoreSection<Bytes, byte[]> CELLS =
      new StoreSection<>('w', Serdes.Bytes(), Serdes.ByteArray());
  private static final StoreSection<String, byte[]> MEMORY =
      new StoreSection<>('m', Serdes.String(), Serdes.ByteArray());
  private static final Duration THINKING = Duration.ofSeconds(1);

  /** A record for a topic of the control plane. */
  public record Said(String topic, byte[] value) {}

  private final JudgePlan plan;
  private ProcessorContext<String, Said> context;
  private @Nullable Judge judge;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  public JudgeProcessor(JudgePlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<String, Said> context) {
    this.context = context;
    this.judge = null; // a revived task is initialised again
    context.schedule(
        THINKING,
        PunctuationType.WALL_CLOCK_TIME,
        at -> judge(Instant.ofEpochMilli(at)).speak(Instant.ofEpochMilli(at)));
  }

  /** Made with the first record or the first thought: in init there is no wall clock yet. */
  private Judge judge(Instant now) {
    Judge known = judge;
    if (known == null) {
      KeyValueStore<Bytes, byte[]> store = context.getStateStore(JUDGE);
      Memory memory = new Memory(MEMORY.of(store));
      known =
          new Judge(
              plan,
              memory,
              new PartitionCells(CELLS.of(store)),
              new Speaker(plan, memory, this::send),
              now);
      judge = known;
    }
    return known;
  }

  @Override
  public void process(Record<String, JudgeInput> record) {
    switch (record.value()) {
      case JudgeInput.Counted counted ->
          JudgeMessage.read(counted.message())
              .ifPresentOrElse(
                  message -> judge(now()).accept(message, now()), () -> skip("no counts"));
      case JudgeInput.Purged purged -> judge(now()).accept(purged);
      case JudgeInput.Fact fact -> {
        if (record.key() == null) {
          skip("a fact without a key");
        } else {
          judge(now()).accept(record.key(), fact);
        }
      }
    }
  }

  private void skip(String message) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    SkippedRecords.skip(
        place.topic(), place.partition(), place.offset(), ErrorCode.UNDECODABLE, message);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    context.forward(
        new Record<>(
            new String(record.key(), UTF_8),
            new Said(record.topic(), record.value()),
            context.currentSystemTimeMs(),
            record.headers()));
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
