package io.millrace.monitor.lag;

import io.millrace.contracts.topics.KafkaNames;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker for our groups. */
record GroupsReader(Admin admin, Clock clock) {
  private static final String OURS = KafkaNames.group("");

  /**
   * What is true now.
   *
   * @param topics further ones whose ends are wanted
   */
  Groups read(Collection<String> topics) throws ExecutionException, InterruptedException {
    List<String> groups =
        admin.listGroups().all().get().stream()
            .map(GroupListing::groupId)
            .filter(group -> group.startsWith(OURS))
            .toList();
    Map<String, Map<TopicPartition, Long>> committed = committed(groups);
    Set<TopicPartition> partitions = new HashSet<>(partitions(topics));
    committed.values().forEach(offsets -> partitions.addAll(offsets.keySet()));
    return new Groups(clock.instant(), committed, members(groups), ends(partitions));
  }

  private Map<String, Map<TopicPartition, Long>> committed(List<String> groups)
      throws ExecutionException, InterruptedException {
    Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
    if (groups.isEmpty()) {
      return committed;
    }
    Map<String, Map<TopicPartition, OffsetAndMetadata>> all =
        admin
            .listConsumerGroupOffsets(
                groups.stream()
                    .collect(
                        Collectors.toMap(
                            group -> group, group -> new ListConsumerGroupOffsetsSpec())))
            .all()
            .get();
    all.forEach(
        (group, offsets) -> {
          Map<TopicPartition, Long> known = new HashMap<>();
          offsets.forEach(
              (partition, offset) -> {
                if (offset != null) {
                  known.put(partition, offset.offset());
                }
              });
          committed.put(group, known);
        });
    return committed;
  }

  /** A group that has just gone has none. */
  private Map<String, Integer> members(List<String> groups) throws InterruptedException {
    Map<String, Integer> members = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> group :
        admin.describeConsumerGroups(groups).describedGroups().entrySet()) {
      try {
        members.put(group.getKey(), group.getValue().get().members().size());
      } catch (ExecutionException e) {
        members.put(group.getKey(), 0);
      }
    }
    return members;
  }

  /** Of the topics that exist. */
  private Set<TopicPartition> partitions(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    Set<String> known = new HashSet<>(admin.listTopics().names().get());
    known.retainAll(topics);
    Set<TopicPartition> partitions = new HashSet<>();
    for (TopicDescription topic : admin.describeTopics(known).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
    }
    return partitions;
  }

  private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    var result = admin.listOffsets(wanted);
    for (TopicPartition partition : partitions) {
      try {
        ListOffsetsResultInfo end = result.partitionResult(partition).get();
        ends.put(partition, end.offset());
      } catch (ExecutionException e) {
        // its topic has just been deleted: it holds nothing
      }
    }
    return ends;
  }
}
