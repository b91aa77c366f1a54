package io.millrace.messaging.pipelines;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.KafkaNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A group of the broker that reads for a pipeline: a Streams application, or a plain consumer
 * beside it.
 *
 * @param topics what it reads; the topics between the parts of a Streams application, whose names
 *     begin with the group's, are not among them
 */
public record PipelineGroup(String id, Set<String> topics) {
  public PipelineGroup {
    topics = Set.copyOf(topics);
  }

  /** All of them, in the order in which an event meets them. */
  public static List<PipelineGroup> all(Pipeline pipeline) {
    List<PipelineGroup> all = new ArrayList<>();
    all.addAll(validator(pipeline));
    all.addAll(transformer(pipeline));
    all.addAll(serving(pipeline));
    all.addAll(monitor(pipeline));
    return List.copyOf(all);
  }

  /** Of every group that may ever have read for a pipeline. */
  public static Set<String> ids(String pipeline) {
    Set<String> ids = new HashSet<>(applications(pipeline));
    ids.addAll(List.of(partsId(pipeline), redisId(pipeline), servingId(pipeline)));
    return ids;
  }

  /** Of those of Streams, which have topics of their own. */
  public static Set<String> applications(String pipeline) {
    return Set.of(validatorId(pipeline), transformerId(pipeline), monitorId(pipeline));
  }

  /** The Streams application of the validator. */
  public static String validatorId(String pipeline) {
    return KafkaNames.group("validator-" + pipeline);
  }

  /** The Streams application of the transformer. */
  public static String transformerId(String pipeline) {
    return KafkaNames.group("transformer-" + pipeline);
  }

  /** What writes rows into parts. */
  public static String partsId(String pipeline) {
    return transformerId(pipeline) + "-parts";
  }

  /** What writes features into Redis. */
  public static String redisId(String pipeline) {
    return transformerId(pipeline) + "-redis";
  }

  /** What predicts vectors in the stream. */
  public static String servingId(String pipeline) {
    return KafkaNames.group("serving-" + pipeline);
  }

  /** The Streams application of monitor. */
  public static String monitorId(String pipeline) {
    return KafkaNames.group("monitor-" + pipeline);
  }

  public static List<PipelineGroup> validator(Pipeline pipeline) {
    return List.of(
        new PipelineGroup(
            validatorId(pipeline.name()),
            pipeline.streams().values().stream()
                .map(pipeline::topicOf)
                .collect(Collectors.toSet())));
  }

  /** Those that write parts and fill Redis too; the latter only where there are windows. */
  public static List<PipelineGroup> transformer(Pipeline pipeline) {
    String name = pipeline.name();
    PipelineGroup joined =
        new PipelineGroup(
            transformerId(name), Set.of(DataTopic.EXAMPLES.of(name), DataTopic.LABELS.of(name)));
    PipelineGroup parts = new PipelineGroup(partsId(name), Set.of(DataTopic.ROWS.of(name)));
    PipelineGroup redis = new PipelineGroup(redisId(name), Set.of(DataTopic.FEATURES.of(name)));
    return pipeline.windowed().isEmpty() ? List.of(joined, parts) : List.of(joined, parts, redis);
  }

  /** None where vectors are not predicted in the stream. */
  public static List<PipelineGroup> serving(Pipeline pipeline) {
    return pipeline.serve().stream()
        ? List.of(
            new PipelineGroup(
                servingId(pipeline.name()), Set.of(DataTopic.VECTORS.of(pipeline.name()))))
        : List.of();
  }

  /** Facts of the control plane are read for each pipeline anew. */
  public static List<PipelineGroup> monitor(Pipeline pipeline) {
    String name = pipeline.name();
    return List.of(
        new PipelineGroup(
            monitorId(name),
            Set.of(
                DataTopic.PREDICTIONS.of(name),
                DataTopic.LABELS.of(name),
                ControlTopic.RUNS.name(),
                ControlTopic.MODELS.name(),
                ControlTopic.DATASETS.name())));
  }
}
