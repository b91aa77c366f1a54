package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.ingest.topics.PipelineTopics;
import io.millrace.ingest.topics.TopicAdmin;
import io.millrace.messaging.http.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how many partitions a pipeline's topics have; once they exist, that is how many. */
@ApplicationScoped
public class Partitioning {
  private final TopicAdmin topics;
  private final int partitionsOfNew;

  @Inject
  public Partitioning(TopicAdmin topics, IngestSettings settings) {
    this.topics = topics;
    this.partitionsOfNew = settings.partitions();
  }

  /**
   * The partitions of its data topics.
   *
   * @throws ProblemException when a topic that the file names is missing, or the topics disagree
   */
  int of(Pipeline pipeline, Optional<PipelineVersion> last) {
    PipelineTopics wanted = new PipelineTopics(pipeline);
    Map<String, Integer> found = topics.partitions(wanted.all());
    requireForeign(pipeline.name(), wanted.foreign(), found);
    int partitions =
        last.map(PipelineVersion::getPartitions)
            .filter(known -> known > 0)
            .or(() -> wanted.data().stream().filter(found::containsKey).map(found::get).findFirst())
            .orElse(partitionsOfNew);
    for (String name : wanted.data()) {
      int actual = found.getOrDefault(name, partitions);
      if (actual != partitions) {
        throw new ProblemException(
            ErrorCode.PIPELINE_INCOMPATIBLE,
            "topic "
                + name
                + " has "
                + actual
                + " partitions, but the pipeline's data topics have "
                + partitions
                + "; delete the topic, so that it is made anew",
            Map.of("topic", name));
      }
    }
    return partitions;
  }

  private static void requireForeign(
      String pipeline, List<Stream> foreign, Map<String, Integer> found) {
    List<PipelineFile.Problem> problems = new ArrayList<>();
    for (Stream stream : foreign) {
      String topic = stream.topic().orElseThrow();
      if (!found.containsKey(topic)) {
        problems.add(
            new PipelineFile.Problem(
                pipeline + ".yaml",
                1,
                1,
                "spec.streams." + stream.name() + ".topic",
                "there is no topic " + topic,
                "create the topic " + topic + " first, or leave topic out to have one made"));
      }
    }
    if (!problems.isEmpty()) {
      throw PipelineFiles.invalid(problems);
    }
  }
}
