package io.millrace.transformer.parts;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;

/**
 * When a part is cut, and where it is made.
 *
 * @param kafka makes the clients
 * @param instance unique per process; static group membership and the transactional id hang on it
 * @param spool a local folder of its own for files that are being written
 * @param maxRows a partition with this many rows is cut
 * @param maxAge a partition whose first row has waited this long is cut
 * @param idle everything is cut once no row has come for this long
 * @param maxBufferedBytes above this, the largest partition is cut
 */
public record PartSettings(
    KafkaClients kafka,
    String instance,
    Path spool,
    int maxRows,
    Duration maxAge,
    Duration idle,
    long maxBufferedBytes) {
  private static final int MOST_POLLED = 5_000;

  /** Of a pipeline's rows. */
  Consumer<byte[], byte[]> consumer(String pipeline) {
    return kafka.member(
        PipelineGroup.partsId(pipeline),
        instance,
        Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_POLLED));
  }

  /** Of a pipeline's announcements. */
  Producer<byte[], byte[]> producer(String pipeline) {
    return kafka.transactional(PipelineGroup.partsId(pipeline) + "-" + instance, Map.of());
  }

  /** 50,000 rows, 15 s, 3 s of silence, 64 MiB. */
  public static PartSettings defaults(KafkaClients kafka, String instance, Path spool) {
    return new PartSettings(
        kafka, instance, spool, 50_000, Duration.ofSeconds(15), Duration.ofSeconds(3), 64L << 20);
  }
}
