package io.millrace.messaging.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Topics that are just made. A broker says that a topic is there a moment before its partitions
 * take records. In that moment it may refuse a producer's first batch and take the second one, and
 * then the first is out of sequence whenever it comes again: an idempotent producer tries until its
 * delivery times out, after two minutes, and everything behind waits.
 */
public final class NewTopics {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private NewTopics() {}

  /** Makes topics, and returns when they take records. */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    admin.createTopics(topics).all().get();
    awaitLeaders(
        admin, topics.stream().collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions)));
  }

  /**
   * Returns when every partition has a leader at work.
   *
   * @param partitions how many each topic has
   */
  public static void awaitLeaders(Admin admin, Map<String, Integer> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(
        (topic, count) -> {
          for (int partition = 0; partition < count; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
          }
        });
    long begin = System.nanoTime();
    while (true) {
      try {
        admin.listOffsets(ends).all().get(); // only leaders answer
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)
            || System.nanoTime() - begin >= PATIENCE.toNanos()) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }
}
