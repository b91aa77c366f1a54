package io.millrace.contracts.pipeline;

import io.millrace.contracts.topics.KafkaNames;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One prediction problem, as its file describes it.
 *
 * @param streams in file order
 */
public record Pipeline(
    String name,
    Map<String, Stream> streams,
    Label label,
    List<Derived> derived,
    List<Windowed> windowed,
    List<Transform> transform,
    Train train,
    Evaluate evaluate,
    Serve serve,
    Monitor monitor,
    Retention retention) {

  public Pipeline {
    streams = Collections.unmodifiableMap(new LinkedHashMap<>(streams));
    derived = List.copyOf(derived);
    windowed = List.copyOf(windowed);
    transform = List.copyOf(transform);
  }

  /** A pipeline without transforms, all else being the defaults. */
  public Pipeline(
      String name,
      Map<String, Stream> streams,
      Label label,
      List<Derived> derived,
      List<Windowed> windowed) {
    this(
        name,
        streams,
        label,
        derived,
        windowed,
        List.of(),
        Train.DEFAULT,
        Evaluate.DEFAULT,
        Serve.DEFAULT,
        Monitor.DEFAULT,
        Retention.DEFAULT);
  }

  /** The one stream whose events ask for a prediction. */
  public Stream exampleStream() {
    return stream(Stream.Role.EXAMPLE);
  }

  /** The one stream whose events tell what happened. */
  public Stream labelStream() {
    return stream(Stream.Role.LABEL);
  }

  /** The topic that producers of a stream write to. */
  public String topicOf(Stream stream) {
    return stream.topic().orElseGet(() -> KafkaNames.topic(name + "." + stream.name()));
  }

  private Stream stream(Stream.Role role) {
    return streams.values().stream()
        .filter(stream -> stream.role() == role)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no stream with role " + role));
  }
}
