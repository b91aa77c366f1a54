package io.millrace.system;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Where each partition of a broker ends, transaction markers included.
 *
 * @param ends of all topics, the broker's own too
 */
record Offsets(Map<TopicPartition, Long> ends) {
  static Offsets of(String bootstrapServers) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .forEach(
              (topic, description) ->
                  description
                      .partitions()
                      .forEach(
                          partition ->
                              latest.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.latest())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return new Offsets(ends);
    }
  }

  /** How many records were written since, by topic; topics without any are left out. */
  Map<String, Long> writtenSince(Offsets before) {
    Map<String, Long> written = new TreeMap<>();
    ends.forEach(
        (partition, end) -> {
          long records = end - before.ends.getOrDefault(partition, 0L);
          if (records > 0) {
            written.merge(partition.topic(), records, Long::sum);
          }
        });
    return written;
  }

  /** The topics of a pipeline, those that Kafka Streams makes for it too. */
  long topics(String pipeline) {
    return ends.keySet().stream()
        .map(TopicPartition::topic)
        .filter(topic -> topic.matches("millrace[.-](.*[.-])?" + pipeline + "[.-].*"))
        .distinct()
        .count();
  }
}
