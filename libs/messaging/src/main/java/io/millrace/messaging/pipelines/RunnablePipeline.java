package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.topics.DataTopic;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One accepted version of a pipeline, with what it takes to run it.
 *
 * @param partitions partitions of its own data topics
 * @param schemaIds registry artifact id to the id in the wire format
 * @param since the version with which it last began anew, 0 when it never did: what is left of
 *     earlier ones is not its own
 * @param appliedAt when the file was accepted
 */
public record RunnablePipeline(
    Pipeline pipeline,
    int version,
    int partitions,
    Map<String, Integer> schemaIds,
    int since,
    Instant appliedAt) {
  public RunnablePipeline {
    schemaIds = Map.copyOf(schemaIds);
  }

  /** One that never began anew. */
  public RunnablePipeline(
      Pipeline pipeline, int version, int partitions, Map<String, Integer> schemaIds) {
    this(pipeline, version, partitions, schemaIds, 0, Instant.EPOCH);
  }

  /**
   * A version as its event tells it.
   *
   * @throws IllegalStateException when its file, which was accepted once, is refused now
   */
  public static RunnablePipeline of(PipelineVersion version) {
    return switch (PipelineFile.parse(version.getFile(), version.getPipeline() + ".yaml")) {
      case PipelineFile.Valid valid ->
          new RunnablePipeline(
              valid.pipeline(),
              version.getVersion(),
              version.getPartitions(),
              version.getSchemas(),
              version.getSince(),
              version.getAppliedAt());
      case PipelineFile.Invalid invalid ->
          throw new IllegalStateException("an accepted file is refused: " + invalid.problems());
    };
  }

  public String name() {
    return pipeline.name();
  }

  /**
   * Until when the windowed features of an earlier version, by which the live model was trained,
   * are computed beside its own.
   *
   * @param next the version behind that one, where it is still known
   */
  public Instant keepsUntil(Optional<RunnablePipeline> next) {
    return next.map(RunnablePipeline::appliedAt).orElse(appliedAt).plus(pipeline.serve().keepOld());
  }

  public int schemaId(DataTopic topic) {
    return schemaIdOfTopic(topic.of(name()));
  }

  public int schemaId(Stream stream) {
    return schemaIdOfTopic(pipeline.topicOf(stream));
  }

  private int schemaIdOfTopic(String topic) {
    Integer id = schemaIds.get(topic + "-value");
    if (id == null) {
      throw new IllegalArgumentException("no schema id for topic " + topic);
    }
    return id;
  }
}
