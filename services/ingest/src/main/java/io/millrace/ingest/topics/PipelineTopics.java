package io.millrace.ingest.topics;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.topics.DataTopic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which topics a pipeline has, and which of them are its own. */
public record PipelineTopics(Pipeline pipeline) {

  /** Streams that name a topic of the user's, which must exist. */
  public List<Stream> foreign() {
    return pipeline.streams().values().stream().filter(s -> s.topic().isPresent()).toList();
  }

  /** The names of the data topics, which all have the same partitions. */
  public List<String> data() {
    return Arrays.stream(DataTopic.values()).map(topic -> topic.of(pipeline.name())).toList();
  }

  /** Every name: streams and data. */
  public Set<String> all() {
    Set<String> names = new LinkedHashSet<>(data());
    pipeline.streams().values().forEach(stream -> names.add(pipeline.topicOf(stream)));
    return names;
  }

  /** The topics to make: all but the user's own. */
  public List<TopicSpec> specs(int partitions) {
    List<TopicSpec> specs = new ArrayList<>();
    pipeline.streams().values().stream()
        .filter(stream -> stream.topic().isEmpty())
        .forEach(stream -> specs.add(TopicSpec.stream(pipeline.topicOf(stream), partitions)));
    for (DataTopic topic : DataTopic.values()) {
      specs.add(TopicSpec.data(topic, pipeline, partitions));
    }
    return specs;
  }
}
