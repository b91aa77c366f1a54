package io.millrace.local.running;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.lag.BrokerOffsets;
import io.millrace.messaging.lag.GroupShare;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** How many records the services have before them, in their sources and their own topics. */
public final class PipelineLag {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Admin admin;
  private final Pipeline pipeline;

  public PipelineLag(Admin admin, Pipeline pipeline) {
    this.admin = admin;
    this.pipeline = pipeline;
  }

  /** What stands before any of the services on an event's way to its outcome. */
  public long ofStream() {
    return sum(
        onTheWay().stream()
            .filter(group -> !group.topics().contains(DataTopic.ROWS.of(pipeline.name())))
            .toList());
  }

  /** What stands before any of the services on an event's way to a part and to its outcome. */
  public long ofAll() {
    return sum(onTheWay());
  }

  /** Lag by group: the Streams applications and the plain consumers. */
  public Map<String, Long> byGroup() {
    return ask(offsets -> offsets.lags(PipelineGroup.all(pipeline)));
  }

  /** The groups with more instances than there are partitions to share. */
  public Map<String, GroupShare> overstaffed() {
    Map<String, GroupShare> shares =
        ask(
            offsets ->
                offsets.shares(
                    PipelineGroup.all(pipeline).stream().map(PipelineGroup::id).toList()));
    shares.values().removeIf(share -> !share.isOverstaffed());
    return shares;
  }

  public long ofValidator() {
    return sum(PipelineGroup.validator(pipeline));
  }

  public long ofTransformer() {
    return sum(List.of(PipelineGroup.transformer(pipeline).getFirst()));
  }

  /** Where the groups of Streams applications and consumers will have been when they are there. */
  public Map<String, Map<TopicPartition, Long>> ends() {
    return ends(onTheWay());
  }

  /** As {@link #ends()}, of the validator's sources alone. */
  public Map<String, Map<TopicPartition, Long>> endsOfValidator() {
    PipelineGroup validator = PipelineGroup.validator(pipeline).getFirst();
    return Map.of(
        validator.id(),
        ask(
            offsets ->
                offsets.ends(
                    offsets.partitions(validator.topics()), IsolationLevel.READ_UNCOMMITTED)));
  }

  /** Whether every group has committed what was there. */
  public boolean havePassed(Map<String, Map<TopicPartition, Long>> ends) {
    Map<String, Map<TopicPartition, Long>> committed =
        ask(offsets -> offsets.committed(ends.keySet()));
    return ends.entrySet().stream()
        .allMatch(
            group ->
                group.getValue().entrySet().stream()
                    .allMatch(
                        end ->
                            committed
                                    .getOrDefault(group.getKey(), Map.of())
                                    .getOrDefault(end.getKey(), 0L)
                                >= end.getValue()));
  }

  /** The end of {@code vectors} for a read-committed reader, summed over its partitions. */
  public long committedVectors() {
    return ask(
            offsets ->
                offsets.ends(
                    offsets.partitions(Set.of(DataTopic.VECTORS.of(pipeline.name()))),
                    IsolationLevel.READ_COMMITTED))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Without what fills Redis, and without facts of the control plane. */
  private List<PipelineGroup> onTheWay() {
    Set<String> facts =
        ControlTopic.ALL.stream().map(ControlTopic::name).collect(Collectors.toSet());
    return PipelineGroup.all(pipeline).stream()
        .filter(group -> !group.topics().contains(DataTopic.FEATURES.of(pipeline.name())))
        .map(
            group -> {
              Set<String> events = new HashSet<>(group.topics());
              events.removeAll(facts);
              return new PipelineGroup(group.id(), events);
            })
        .toList();
  }

  private Map<String, Map<TopicPartition, Long>> ends(List<PipelineGroup> groups) {
    return ask(
        offsets -> {
          Map<String, Map<TopicPartition, Long>> ends = new LinkedHashMap<>();
          offsets
              .read(groups)
              .forEach(
                  (group, read) ->
                      ends.put(group, offsets.ends(read, IsolationLevel.READ_UNCOMMITTED)));
          return ends;
        });
  }

  private long sum(Collection<PipelineGroup> groups) {
    return ask(offsets -> offsets.lags(groups)).values().stream().mapToLong(Long::longValue).sum();
  }

  private <T> T ask(Function<BrokerOffsets, T> question) {
    try {
      return question.apply(new BrokerOffsets(admin, PATIENCE));
    } catch (InterruptException e) {
      throw new CommandFailedException("interrupted", e);
    }
  }
}
