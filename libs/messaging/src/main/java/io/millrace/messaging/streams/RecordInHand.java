package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.Optional;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.StreamTask;
import org.apache.kafka.streams.processor.internals.StreamThread;
import org.apache.kafka.streams.processor.internals.Task;

/**
 * The record that a stream thread had in hand when it failed without asking its exception handlers,
 * as it does for a {@link ClassCastException}. Empty in a punctuation.
 */
final class RecordInHand {
  private RecordInHand() {}

  static Optional<Place> of(Throwable error) {
    if (!(Thread.currentThread() instanceof StreamThread thread)
        || !(error instanceof StreamsException failed)
        || failed.taskId().isEmpty()) {
      return Optional.empty();
    }
    for (Task task : thread.readOnlyActiveTasks()) {
      if (task instanceof StreamTask active && active.id().equals(failed.taskId().get())) {
        Optional<RecordMetadata> record = active.processorContext().recordMetadata();
        return record
            .filter(metadata -> metadata.topic() != null)
            .map(metadata -> new Place(metadata.topic(), metadata.partition(), metadata.offset()));
      }
    }
    return Optional.empty();
  }
}
