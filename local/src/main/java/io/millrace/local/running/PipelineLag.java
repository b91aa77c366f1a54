package io.millrace.local.running;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.local.terminal.CommandFailedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How many records the services have before them, in their sources and their own topics. */
public final class PipelineLag {
  private final Admin admin;
  private final Pipeline pipeline;

  public PipelineLag(Admin admin, Pipeline pipeline) {
    this.admin = admin;
    this.pipeline = pipeline;
  }

  /** The Streams application of the validator. */
  public String validator() {
    return KafkaNames.group("validator-" + pipeline.name());
  }

  /** The Streams application of the transformer. */
  public String transformer() {
    return KafkaNames.group("transformer-" + pipeline.name());
  }

  /** The consumer of serving's stream scoring. */
  public String serving() {
    return KafkaNames.group("serving-" + pipeline.name());
  }

  /** The Streams application of monitor. */
  public String monitor() {
    return KafkaNames.group("monitor-" + pipeline.name());
  }

  /** What stands before any of the services on an event's way to its outcome. */
  public long ofStream() {
    return ofValidator()
        + ofTransformer()
        + of(serving(), Set.of(DataTopic.VECTORS.of(pipeline.name())))
        + of(monitor(), Set.of(DataTopic.PREDICTIONS.of(pipeline.name())));
  }

  /** What stands before any of the services on an event's way to a part and to its outcome. */
  public long ofAll() {
    return ofValidator()
        + ofTransformer()
        + of(transformer() + "-parts", Set.of(DataTopic.ROWS.of(pipeline.name())))
        + of(serving(), Set.of()) // reads only once there is a model
        + of(monitor(), Set.of(DataTopic.PREDICTIONS.of(pipeline.name())));
  }

  /** Lag by group: both Streams applications and the plain consumers. */
  public Map<String, Long> byGroup() {
    Map<String, Long> lags = new LinkedHashMap<>();
    lags.put(validator(), ofValidator());
    lags.put(transformer(), ofTransformer());
    lags.put(transformer() + "-parts", of(transformer() + "-parts", Set.of()));
    lags.put(transformer() + "-redis", of(transformer() + "-redis", Set.of()));
    lags.put(serving(), of(serving(), Set.of()));
    lags.put(monitor(), of(monitor(), Set.of()));
    return lags;
  }

  public long ofValidator() {
    return of(
        validator(),
        pipeline.streams().values().stream().map(pipeline::topicOf).collect(Collectors.toSet()));
  }

  public long ofTransformer() {
    return of(
        transformer(),
        Set.of(DataTopic.EXAMPLES.of(pipeline.name()), DataTopic.LABELS.of(pipeline.name())));
  }

  /** Where the groups of Streams applications and consumers will have been when they are there. */
  public Map<String, Map<TopicPartition, Long>> ends() {
    Map<String, Map<TopicPartition, Long>> ends = new LinkedHashMap<>();
    sources()
        .forEach(
            (group, topics) ->
                ends.put(group, ends(partitions(group, topics), IsolationLevel.READ_UNCOMMITTED)));
    return ends;
  }

  /** As {@link #ends}, of the validator's sources alone. */
  public Map<String, Map<TopicPartition, Long>> endsOfValidator() {
    Set<String> streams = Objects.requireNonNull(sources().get(validator()));
    return Map.of(validator(), ends(partitions(streams), IsolationLevel.READ_UNCOMMITTED));
  }

  /** Whether every group has committed what was there. */
  public boolean havePassed(Map<String, Map<TopicPartition, Long>> ends) {
    return ends.entrySet().stream()
        .allMatch(
            group -> {
              Map<TopicPartition, Long> committed = committed(group.getKey());
              return group.getValue().entrySet().stream()
                  .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
            });
  }

  private Map<String, Set<String>> sources() {
    String name = pipeline.name();
    Map<String, Set<String>> sources = new LinkedHashMap<>();
    sources.put(
        validator(),
        pipeline.streams().values().stream().map(pipeline::topicOf).collect(Collectors.toSet()));
    sources.put(transformer(), Set.of(DataTopic.EXAMPLES.of(name), DataTopic.LABELS.of(name)));
    sources.put(transformer() + "-parts", Set.of(DataTopic.ROWS.of(name)));
    sources.put(serving(), Set.of(DataTopic.VECTORS.of(name)));
    sources.put(monitor(), Set.of(DataTopic.PREDICTIONS.of(name), DataTopic.LABELS.of(name)));
    return sources;
  }

  /** The end of {@code vectors} for a read-committed reader, summed over its partitions. */
  public long committedVectors() {
    Set<TopicPartition> partitions = partitions(Set.of(DataTopic.VECTORS.of(pipeline.name())));
    return ends(partitions, IsolationLevel.READ_COMMITTED).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** End offsets minus committed ones, over what it has committed and what it will read. */
  private long of(String group, Set<String> sources) {
    Map<TopicPartition, Long> committed = committed(group);
    Set<TopicPartition> partitions = partitions(group, sources);
    partitions.addAll(committed.keySet());
    return ends(partitions, IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - committed.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  /** Of what a group reads, also of its own topics between sub-topologies. */
  private Set<TopicPartition> partitions(String group, Set<String> sources) {
    Set<String> topics = new HashSet<>(sources);
    for (String topic : topics()) {
      if (topic.startsWith(group + "-") && topic.endsWith("-repartition")) {
        topics.add(topic);
      }
    }
    return new HashSet<>(partitions(topics));
  }

  private Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      offsets.forEach(
          (partition, offset) -> {
            if (offset != null) {
              committed.put(partition, offset.offset());
            }
          });
      return committed;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException) {
        return committed;
      }
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Set<String> topics() {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Set<TopicPartition> partitions(Set<String> topics) {
    Set<TopicPartition> partitions = new HashSet<>();
    try {
      Map<String, TopicDescription> described =
          admin.describeTopics(List.copyOf(topics)).allTopicNames().get();
      described.forEach(
          (topic, description) ->
              description
                  .partitions()
                  .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
      return partitions;
    } catch (ExecutionException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    try {
      admin
          .listOffsets(wanted, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (ExecutionException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static KafkaException unavailable(ExecutionException e) {
    return new KafkaException("the broker does not tell the lag: " + e.getCause(), e);
  }

  private static CommandFailedException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CommandFailedException("interrupted", e);
  }
}
