package io.millrace.messaging.topics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics that are just made. A broker says that a topic is there a moment before its partitions
 * take records. In that moment it may refuse a producer's first batch and take the second one, and
 * then the first is out of sequence whenever it comes again: an idempotent producer tries until its
 * delivery times out, after two minutes, and everything behind waits.
 */
public final class NewTopics {
  private NewTopics() {}

  /** Makes topics, and returns when they take records. */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    admin.createTopics(topics).all().get();
    takeRecords(
            admin,
            topics.stream().collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions)))
        .get();
  }

  /**
   * Done when every partition has a leader at work.
   *
   * @param partitions how many each topic has
   */
  public static KafkaFuture<?> takeRecords(Admin admin, Map<String, Integer> partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(
        (topic, count) -> {
          for (int partition = 0; partition < count; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
          }
        });
    return admin.listOffsets(ends).all(); // only leaders answer, and the client asks until they do
  }
}
