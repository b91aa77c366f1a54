package io.millrace.cluster;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what is committed to a topic and tells, from within a cluster, how it comes: for how long
 * nothing came in a partition, and how much there was. It has Kafka's client from the tool's image.
 */
final class Pauses {
  private static final Duration A_MOMENT = Duration.ofMillis(50);
  private static final long TOLD_MILLIS = 500;

  private Pauses() {}

  /**
   * Prints {@code pause PARTITION FROM TO} for each time longer than half a second in which a
   * partition had no new record, also one that still goes on at the end, and {@code records COUNT
   * AT} once a second; times in milliseconds since the epoch.
   *
   * @param arguments broker, topic, seconds
   */
  public static void main(String[] arguments) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            arguments[0],
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(arguments[1]).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(Set.copyOf(partitions));
      follow(consumer, partitions.size(), 1000L * Integer.parseInt(arguments[2]));
    }
  }

  private static void follow(KafkaConsumer<byte[], byte[]> consumer, int partitions, long millis) {
    long begin = System.currentTimeMillis();
    long[] last = new long[partitions];
    Arrays.fill(last, begin);
    long records = 0;
    long said = begin;
    long now = begin;
    while (now < begin + millis) {
      var polled = consumer.poll(A_MOMENT);
      now = System.currentTimeMillis();
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        if (record.value() == null) {
          continue; // a watermark
        }
        records++;
        int partition = record.partition();
        if (now - last[partition] > TOLD_MILLIS) {
          System.out.println("pause " + partition + " " + last[partition] + " " + now);
        }
        last[partition] = now;
      }
      if (now - said >= 1000) {
        System.out.println("records " + records + " " + now);
        said = now;
      }
    }
    for (int partition = 0; partition < partitions; partition++) {
      if (now - last[partition] > TOLD_MILLIS) {
        System.out.println("pause " + partition + " " + last[partition] + " " + now);
      }
    }
  }
}
