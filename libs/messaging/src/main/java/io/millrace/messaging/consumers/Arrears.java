package io.millrace.messaging.consumers;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** The records that a loop has failed at and must come past before the failure is over. */
final class Arrears {
  private final Map<TopicPartition, Long> last = new HashMap<>();
  private ConsumerRecords<byte[], byte[]> inHand = ConsumerRecords.empty();

  /** Of a failure from now on these are under suspicion. */
  ConsumerRecords<byte[], byte[]> take(ConsumerRecords<byte[], byte[]> batch) {
    inHand = batch;
    return batch;
  }

  /** What was taken is handled. */
  void handled() {
    inHand = ConsumerRecords.empty();
  }

  /**
   * Adds what a failure leaves to be done: the record that it names, or all that is in hand.
   *
   * @return where it failed: of a whole batch its first record; empty, when it was away from any
   */
  Optional<Place> add(Throwable thrown) {
    ConsumerRecords<byte[], byte[]> batch = inHand;
    handled();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordFailedException known) {
        Place place = known.place();
        last.merge(new TopicPartition(place.topic(), place.partition()), place.offset(), Math::max);
        return Optional.of(place);
      }
    }
    for (TopicPartition partition : batch.partitions()) {
      last.merge(partition, batch.records(partition).getLast().offset(), Math::max);
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(place(batch.iterator().next()));
  }

  boolean isEmpty() {
    return last.isEmpty();
  }

  /**
   * Whether the loop is past all of them that are its own.
   *
   * @param here the partitions that it has
   * @param done up to where one need not be read again
   */
  boolean arePast(Set<TopicPartition> here, ToLongFunction<TopicPartition> done) {
    return last.entrySet().stream()
        .noneMatch(
            failed ->
                here.contains(failed.getKey())
                    && done.applyAsLong(failed.getKey()) <= failed.getValue());
  }

  void clear() {
    last.clear();
  }

  private static Place place(ConsumerRecord<?, ?> record) {
    return new Place(record.topic(), record.partition(), record.offset());
  }
}
