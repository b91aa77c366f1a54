package io.millrace.messaging.lag;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * How a group's partitions are shared out among the instances of its service.
 *
 * @param instances all that are in the group
 * @param idle those of them that have no partition to read, but copies of state at most
 * @param partitions of the topic that has most of them
 */
public record GroupShare(Set<String> instances, Set<String> idle, int partitions) {
  private static final String STREAM_THREAD = "-StreamThread-";

  public GroupShare {
    instances = new TreeSet<>(instances);
    idle = new TreeSet<>(idle);
  }

  static GroupShare of(Collection<MemberDescription> members) {
    Set<String> instances = new TreeSet<>();
    Set<String> busy = new TreeSet<>();
    Map<String, Integer> partitions = new HashMap<>();
    for (MemberDescription member : members) {
      Set<TopicPartition> read = member.assignment().topicPartitions();
      String instance = instance(member);
      instances.add(instance);
      if (!read.isEmpty()) {
        busy.add(instance);
      }
      read.forEach(partition -> partitions.merge(partition.topic(), 1, Integer::sum));
    }
    Set<String> idle = new TreeSet<>(instances);
    idle.removeAll(busy);
    return new GroupShare(
        instances, idle, partitions.values().stream().mapToInt(Integer::intValue).max().orElse(0));
  }

  /** Each thread of a Streams application is a member of its own. */
  private static String instance(MemberDescription member) {
    String name = member.groupInstanceId().orElse(member.consumerId());
    return member.clientId().contains(STREAM_THREAD) ? name.replaceFirst("-\\d+$", "") : name;
  }

  /**
   * Whether some have nothing to do, and will not get any: where there are no more instances than
   * partitions, an idle one only waits until it has restored its state.
   */
  public boolean isOverstaffed() {
    return partitions > 0 && instances.size() > partitions && !idle.isEmpty();
  }

  /** For a person: what is so, and what to do. */
  public String text() {
    int busy = instances.size() - idle.size();
    return ("%d instances share the work of %d %s, and for %d of them there is none, but copies of"
            + " state at most (%s): run %d, or apply a pipeline with more partitions"
            + " (MILLRACE_PARTITIONS)")
        .formatted(
            instances.size(),
            partitions,
            partitions == 1 ? "partition" : "partitions",
            idle.size(),
            String.join(", ", idle),
            busy);
  }
}
