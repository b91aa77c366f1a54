package io.millrace.local.running;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.terminal.CommandFailedException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest version of a pipeline, as {@code millrace.pipelines} has it.
 *
 * @param schemaIds registry artifact to the id in the wire format
 */
public record AppliedPipeline(Pipeline pipeline, int version, Map<String, Integer> schemaIds) {
  public AppliedPipeline {
    schemaIds = Map.copyOf(schemaIds);
  }

  /**
   * Finds one.
   *
   * @throws CommandFailedException when no such pipeline was applied, or it was deleted
   */
  public static AppliedPipeline require(RunningSystem system, String name) {
    return Optional.ofNullable(all(system).get(name))
        .orElseThrow(() -> new CommandFailedException("no pipeline " + name + " was applied here"));
  }

  /** Every pipeline that is not deleted, by name. */
  public static Map<String, AppliedPipeline> all(RunningSystem system) {
    Map<String, PipelineVersion> newest = new TreeMap<>();
    system.eachFact(
        ControlTopic.PIPELINES,
        version ->
            newest.merge(
                version.getPipeline(), version, (a, b) -> a.getVersion() > b.getVersion() ? a : b));
    newest.values().removeIf(PipelineVersion::getDeleted);
    Map<String, AppliedPipeline> all = new TreeMap<>();
    newest.forEach((name, version) -> all.put(name, of(version)));
    return all;
  }

  /** The id that the values of a topic are written with. */
  public int schemaId(String topic) {
    Integer id = schemaIds.get(PipelineSchemas.artifact(topic));
    if (id == null) {
      throw new CommandFailedException(
          "pipeline " + pipeline.name() + " has no schema for " + topic);
    }
    return id;
  }

  private static AppliedPipeline of(PipelineVersion version) {
    return switch (PipelineFile.parse(version.getFile(), version.getPipeline() + ".yaml")) {
      case PipelineFile.Valid valid ->
          new AppliedPipeline(valid.pipeline(), version.getVersion(), version.getSchemas());
      case PipelineFile.Invalid invalid ->
          throw new CommandFailedException(
              "version %d of %s was made by another version of Millrace: %s"
                  .formatted(version.getVersion(), version.getPipeline(), invalid.problems()));
    };
  }
}
