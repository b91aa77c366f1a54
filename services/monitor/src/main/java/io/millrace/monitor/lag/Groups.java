package io.millrace.monitor.lag;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker said at one moment.
 *
 * @param at wall time
 * @param committed by group: what it has committed
 * @param members by group: how many consumers it has
 * @param ends of the partitions
 */
record Groups(
    Instant at,
    Map<String, Map<TopicPartition, Long>> committed,
    Map<String, Integer> members,
    Map<TopicPartition, Long> ends) {
  private static final String REPARTITION = "-repartition";

  Groups {
    committed = Map.copyOf(committed);
    members = Map.copyOf(members);
    ends = Map.copyOf(ends);
  }

  /** How many records a group has before it, those on its own topics too; empty: no such group. */
  Optional<Long> lag(String group) {
    return Optional.ofNullable(committed.get(group))
        .map(
            offsets ->
                offsets.entrySet().stream()
                    .mapToLong(
                        read ->
                            Math.max(
                                0,
                                ends.getOrDefault(read.getKey(), read.getValue())
                                    - read.getValue()))
                    .sum());
  }

  /** Records a second that a group has taken from others since an earlier moment. */
  Optional<Double> rate(String group, Groups earlier) {
    Map<TopicPartition, Long> now = committed.getOrDefault(group, Map.of());
    Map<TopicPartition, Long> before = earlier.committed.getOrDefault(group, Map.of());
    return before.isEmpty() ? Optional.empty() : perSecond(now, before, earlier);
  }

  /** Records a second that were written to topics since an earlier moment. */
  Optional<Double> written(Collection<String> topics, Groups earlier) {
    return perSecond(of(topics, ends), of(topics, earlier.ends), earlier);
  }

  private static Map<TopicPartition, Long> of(
      Collection<String> topics, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, Long> found = new HashMap<>(offsets);
    found.keySet().removeIf(partition -> !topics.contains(partition.topic()));
    return found;
  }

  private Optional<Double> perSecond(
      Map<TopicPartition, Long> now, Map<TopicPartition, Long> before, Groups earlier) {
    double seconds = (at.toEpochMilli() - earlier.at.toEpochMilli()) / 1000.0;
    long records =
        now.entrySet().stream()
            .filter(offset -> !offset.getKey().topic().endsWith(REPARTITION))
            .mapToLong(
                offset ->
                    Math.max(
                        0,
                        offset.getValue()
                            - before.getOrDefault(offset.getKey(), offset.getValue())))
            .sum();
    return seconds <= 0 ? Optional.empty() : Optional.of(records / seconds);
  }
}
