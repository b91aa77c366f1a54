package io.millrace.monitor.lag;

import io.millrace.contracts.topics.KafkaNames;
import io.millrace.messaging.lag.BrokerOffsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker for our groups. */
record GroupsReader(Admin admin, Clock clock) {
  private static final String OURS = KafkaNames.group("");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
    BrokerOffsets offsets = new BrokerOffsets(admin, PATIENCE);
    Map<String, Map<TopicPartition, Long>> committed = offsets.committed(groups);
    Set<TopicPartition> partitions = new HashSet<>(offsets.partitions(topics));
    committed.values().forEach(read -> partitions.addAll(read.keySet()));
    return new Groups(
        clock.instant(),
        committed,
        members(groups),
        offsets.ends(partitions, IsolationLevel.READ_UNCOMMITTED));
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
}
