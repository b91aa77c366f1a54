package io.millrace.local.reconcile;

import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.topics.TopicReader;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everything that a read-committed reader finds in a topic. */
public final class TopicDump {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TopicDump() {}

  /**
   * Reads a topic from its beginning to where it ended at the start of the call, without watermark
   * records.
   *
   * @return how many records were passed on; 0 when there is no such topic
   */
  public static long read(
      KafkaClients kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    AtomicLong count = new AtomicLong();
    new TopicReader(kafka, PATIENCE)
        .readCommitted(
            topic,
            record -> {
              if (!isWatermark(record)) {
                action.accept(record);
                count.incrementAndGet();
              }
            });
    return count.get();
  }

  private static boolean isWatermark(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null && record.headers().lastHeader(MillraceHeaders.WATERMARK) != null;
  }
}
