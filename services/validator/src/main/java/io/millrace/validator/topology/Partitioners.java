package io.millrace.validator.topology;

import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.Output;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Where records go: events by their key, watermarks to whom they concern. */
final class Partitioners {
  private static final Optional<Set<Integer>> BY_KEY = Optional.empty();

  private Partitioners() {}

  /** What a source has passed concerns every deduplicating task. */
  static StreamPartitioner<byte[], Message> messages() {
    return (topic, key, message, partitions) ->
        switch (message) {
          case Message.Event event -> BY_KEY;
          case Message.Passed passed -> all(partitions);
          case Message.Idle idle -> all(partitions);
          case Message.Foreign foreign -> BY_KEY;
        };
  }

  /** What a task has passed concerns its own partition. */
  static StreamPartitioner<byte[], Output> outputs() {
    return (topic, key, output, partitions) ->
        output.partition() == Output.BY_KEY ? BY_KEY : Optional.of(Set.of(output.partition()));
  }

  private static Optional<Set<Integer>> all(int partitions) {
    return Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
  }
}
