package io.millrace.ingest.removal;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is a pipeline's own, by its name. No name of a pipeline holds a dot, a dash, a slash or an
 * at, so that with one of them behind it none begins with another's.
 *
 * @param foreign topics of the user's, which streams are read from and nobody removes
 */
record Belongings(String pipeline, Set<String> foreign) {
  Belongings {
    foreign = Set.copyOf(foreign);
  }

  /** Those of a pipeline as all its versions have it. */
  static Belongings of(String pipeline, Collection<PipelineVersion> versions) {
    Set<String> foreign = new HashSet<>();
    for (PipelineVersion version : versions) {
      if (PipelineFile.parse(version.getFile(), pipeline + ".yaml")
          instanceof PipelineFile.Valid valid) {
        valid.pipeline().streams().values().stream()
            .map(Stream::topic)
            .flatMap(Optional::stream)
            .forEach(foreign::add);
      }
    }
    return new Belongings(pipeline, foreign);
  }

  /** Of streams and data, and those between the parts of its Streams applications. */
  boolean hasTopic(String topic) {
    return !foreign.contains(topic)
        && (topic.startsWith(KafkaNames.topic(pipeline + "."))
            || PipelineGroup.applications(pipeline).stream()
                .anyMatch(
                    application ->
                        topic.startsWith(application + "-")
                            && (topic.endsWith("-changelog") || topic.endsWith("-repartition"))));
  }

  boolean hasSchema(String artifact) {
    return artifact.startsWith(KafkaNames.topic(pipeline + "."))
        && foreign.stream().noneMatch(topic -> artifact.equals(topic + "-value"));
  }

  /** Whether a key of a control topic is about it. */
  boolean hasFact(byte @org.jspecify.annotations.Nullable [] key) {
    return ControlTopic.pipelineOf(key).equals(Optional.of(pipeline));
  }

  Set<String> groups() {
    return PipelineGroup.ids(pipeline);
  }
}
