package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;

/**
 * One stream thread's share of its application's fault boundary; used by that thread only, but for
 * {@link #giveUp}.
 */
final class ThreadFaults {
  /** A record that was passed over, and is in no committed transaction yet. */
  private record PassedOver(ConsumerRecord<byte[], byte[]> record, PipelineFailure failure) {}

  private final FaultBoundary boundary;
  private final Map<TopicPartition, NavigableMap<Long, PassedOver>> passedOver = new HashMap<>();
  private final Map<TopicPartition, NavigableMap<Long, PassedOver>> committing = new HashMap<>();
  private final List<Place> keptRefused = new ArrayList<>();
  private @Nullable Place keptInHand;
  private volatile @Nullable GuardedProducer producer;

  ThreadFaults(FaultBoundary boundary) {
    this.boundary = boundary;
  }

  FaultBoundary boundary() {
    return boundary;
  }

  /** The thread writes through this one from now on; the one before is not used again. */
  void writesThrough(GuardedProducer current) {
    producer = current;
  }

  /** Nothing that was written since the last commit will ever be read. */
  void giveUp() {
    GuardedProducer current = producer;
    if (current != null) {
      current.giveUp();
    }
  }

  boolean hasGivenUp() {
    GuardedProducer current = producer;
    return current != null && current.hasGivenUp();
  }

  /**
   * Makes the thread take up its tasks from what is committed, if it has given up.
   *
   * @throws TaskMigratedException which Kafka Streams answers by that
   */
  void takeUpAgain() {
    keptInHand = null;
    if (hasGivenUp()) {
      passedOver.clear();
      keptRefused.clear();
      throw new TaskMigratedException(GuardedProducer.GIVEN_UP);
    }
  }

  /** Takes out what is known to fail; what is left of such a record only carries its offset. */
  ConsumerRecords<byte[], byte[]> sift(
      ConsumerRecords<byte[], byte[]> records, Set<TopicPartition> assignment) {
    if (!passedOver.isEmpty()) {
      passedOver.keySet().retainAll(assignment);
    }
    if (!boundary.isSuspecting()) {
      return records;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> sifted = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      sifted.put(partition, records.records(partition).stream().map(this::sift).toList());
    }
    return new ConsumerRecords<>(sifted, records.nextOffsets());
  }

  private ConsumerRecord<byte[], byte[]> sift(ConsumerRecord<byte[], byte[]> record) {
    return boundary
        .suspicion(record)
        .map(
            failure -> {
              passOver(record, failure);
              return shell(record);
            })
        .orElse(record);
  }

  /** To quarantine with the commit of its offset. */
  void passOver(ConsumerRecord<byte[], byte[]> record, PipelineFailure failure) {
    passedOver
        .computeIfAbsent(
            new TopicPartition(record.topic(), record.partition()), unused -> new TreeMap<>())
        .put(record.offset(), new PassedOver(record, failure));
  }

  /** The one of the {@link KeptRecords} that the thread works on, or that failed just now. */
  Optional<Place> keptInHand() {
    return Optional.ofNullable(keptInHand);
  }

  void takeInHand(Place kept) {
    keptInHand = kept;
  }

  void putAway() {
    keptInHand = null;
  }

  /** One of the kept records is refused, in the transaction that is open. */
  void refuseKept(Place kept) {
    keptRefused.add(kept);
  }

  @SuppressWarnings("NullAway") // a record may have neither key nor value
  private static ConsumerRecord<byte[], byte[]> shell(ConsumerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        ArrivalTime.PASSED_OVER,
        TimestampType.NO_TIMESTAMP_TYPE,
        0,
        0,
        null,
        null,
        new RecordHeaders(),
        record.leaderEpoch());
  }

  /** What goes to quarantine with these offsets. */
  List<ProducerRecord<byte[], byte[]>> refused(Map<TopicPartition, OffsetAndMetadata> offsets) {
    committing.clear();
    List<ProducerRecord<byte[], byte[]>> refused = new ArrayList<>();
    passedOver.forEach(
        (partition, records) -> {
          OffsetAndMetadata next = offsets.get(partition);
          if (next == null) {
            return;
          }
          NavigableMap<Long, PassedOver> covered = records.headMap(next.offset(), false);
          committing.put(partition, new TreeMap<>(covered));
          if (boundary.form().hasQuarantine(partition.topic())) {
            covered
                .values()
                .forEach(one -> refused.add(boundary.form().refuse(one.record(), one.failure())));
          }
        });
    return refused;
  }

  /** The transaction with the last {@link #refused} is committed. */
  void committed() {
    committing.forEach(
        (partition, records) ->
            records.forEach(
                (offset, one) -> {
                  passedOver.getOrDefault(partition, new TreeMap<>()).remove(offset);
                  boundary.settled(partition, offset, one.failure());
                }));
    committing.clear();
    passedOver.values().removeIf(Map::isEmpty);
    keptRefused.forEach(boundary::settled);
    keptRefused.clear();
  }
}
