package io.millrace.messaging.lag;

import io.millrace.messaging.pipelines.PipelineGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What groups have committed, who is in them, and where partitions begin and end. Of a group or
 * topic that is not there, or is deleted meanwhile, nothing is told. Each question throws a {@link
 * KafkaException} when the broker does not answer it.
 */
public final class BrokerOffsets {
  private static final String REPARTITION = "-repartition";
  private static final Set<GroupState> SETTLED = Set.of(GroupState.STABLE, GroupState.EMPTY);

  private final Admin admin;
  private final long deadline;

  /**
   * @param patience how long all questions together may take from now on
   */
  public BrokerOffsets(Admin admin, Duration patience) {
    this.admin = admin;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  /**
   * How many records each group has before it, those between the parts of its own Streams
   * application too. A partition that it has not committed counts from its beginning. What is in
   * offsets between a group's and the end are records: the services commit past the markers of
   * transactions at rest. Topics that a group once read and no longer does count for nothing.
   */
  public Map<String, Long> lags(Collection<PipelineGroup> groups) {
    Map<String, Map<TopicPartition, Long>> committed =
        committed(groups.stream().map(PipelineGroup::id).toList());
    Map<String, Set<TopicPartition>> read = read(groups);
    Set<TopicPartition> all =
        read.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    Map<TopicPartition, Long> begins = begins(all);
    Map<TopicPartition, Long> ends = ends(all, IsolationLevel.READ_UNCOMMITTED);
    Map<String, Long> lags = new LinkedHashMap<>();
    read.forEach(
        (group, partitions) ->
            lags.put(
                group, lag(partitions, committed.getOrDefault(group, Map.of()), begins, ends)));
    return lags;
  }

  /** The partitions that each group reads, between the parts of a Streams application too. */
  public Map<String, Set<TopicPartition>> read(Collection<PipelineGroup> groups) {
    Set<String> topics = topics();
    Map<String, Set<TopicPartition>> read = new LinkedHashMap<>();
    groups.forEach(group -> read.put(group.id(), partitions(read(group, topics))));
    return read;
  }

  private static Set<String> read(PipelineGroup group, Set<String> topics) {
    return topics.stream()
        .filter(
            topic ->
                group.topics().contains(topic)
                    || (topic.startsWith(group.id() + "-") && topic.endsWith(REPARTITION)))
        .collect(Collectors.toSet());
  }

  /** Records that retention has removed are before nobody. */
  static long lag(
      Set<TopicPartition> read,
      Map<TopicPartition, Long> committed,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> ends) {
    return read.stream()
        .mapToLong(
            partition -> {
              long from =
                  Math.max(
                      committed.getOrDefault(partition, 0L), begins.getOrDefault(partition, 0L));
              return Math.max(0, ends.getOrDefault(partition, 0L) - from);
            })
        .sum();
  }

  /** By group, one that has committed nothing among them. */
  public Map<String, Map<TopicPartition, Long>> committed(Collection<String> groups) {
    Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
    if (groups.isEmpty()) {
      return committed;
    }
    ListConsumerGroupOffsetsResult told =
        admin.listConsumerGroupOffsets(
            groups.stream()
                .distinct()
                .collect(
                    Collectors.toMap(
                        Function.identity(), group -> new ListConsumerGroupOffsetsSpec())));
    for (String group : groups) {
      Map<TopicPartition, Long> known = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> offsets =
          await(told.partitionsToOffsetAndMetadata(group), Map.of());
      offsets.forEach(
          (partition, offset) -> {
            if (offset != null) {
              known.put(partition, offset.offset());
            }
          });
      committed.put(group, known);
    }
    return committed;
  }

  /** By group; none of one that is not there, or that is being shared out at this moment. */
  public Map<String, GroupShare> shares(Collection<String> groups) {
    Map<String, GroupShare> shares = new LinkedHashMap<>();
    if (!groups.isEmpty()) {
      Map<String, KafkaFuture<ConsumerGroupDescription>> described =
          admin.describeConsumerGroups(groups.stream().distinct().toList()).describedGroups();
      described.forEach(
          (group, answer) ->
              await(answer.thenApply(Optional::of), Optional.<ConsumerGroupDescription>empty())
                  .filter(told -> SETTLED.contains(told.groupState()))
                  .ifPresent(told -> shares.put(group, GroupShare.of(told.members()))));
    }
    return shares;
  }

  private Set<String> topics() {
    return await(admin.listTopics().names(), Set.of());
  }

  public Set<TopicPartition> partitions(Collection<String> topics) {
    Set<TopicPartition> partitions = new HashSet<>();
    if (!topics.isEmpty()) {
      for (KafkaFuture<TopicDescription> topic :
          admin.describeTopics(Set.copyOf(topics)).topicNameValues().values()) {
        TopicDescription none = new TopicDescription("", false, List.of());
        TopicDescription told = await(topic, none);
        told.partitions()
            .forEach(info -> partitions.add(new TopicPartition(told.name(), info.partition())));
      }
    }
    return partitions;
  }

  /** Offsets of the oldest records. */
  public Map<TopicPartition, Long> begins(Set<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /**
   * Offsets behind the newest records, or with {@code READ_COMMITTED} behind the committed ones.
   */
  public Map<TopicPartition, Long> ends(Set<TopicPartition> partitions, IsolationLevel isolation) {
    return offsets(partitions, OffsetSpec.latest(), isolation);
  }

  private Map<TopicPartition, Long> offsets(
      Set<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    if (!partitions.isEmpty()) {
      ListOffsetsResult told =
          admin.listOffsets(
              partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)),
              new ListOffsetsOptions(isolation));
      ListOffsetsResult.ListOffsetsResultInfo none =
          new ListOffsetsResult.ListOffsetsResultInfo(-1, -1, Optional.empty());
      for (TopicPartition partition : partitions) {
        long offset = await(told.partitionResult(partition), none).offset();
        if (offset >= 0) {
          offsets.put(partition, offset);
        }
      }
    }
    return offsets;
  }

  /**
   * @param none what is told of what is not there
   */
  private <T> T await(KafkaFuture<T> answer, T none) {
    try {
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        return none;
      }
      throw new KafkaException("the broker does not tell the lag: " + e.getCause(), e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException("the broker does not tell the lag in time", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
