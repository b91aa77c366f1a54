package io.millrace.messaging.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimeOrderTest {
  private static final TopicPartition OLD = new TopicPartition("facts", 1);
  private static final TopicPartition NEW = new TopicPartition("facts", 0);
  private static final TopicPartition OTHER = new TopicPartition("others", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final TimeOrder order = new TimeOrder();
  private final List<Long> taken = new ArrayList<>();

  @BeforeEach
  void assign() {
    consumer.assign(Set.of(OLD, NEW, OTHER));
  }

  @Test
  void shouldTakeTheEarliestOfThePartitionsThatAreReadToTheirEnd() {
    handOn(Map.of(NEW, List.of(30L, 31L), OLD, List.of(10L, 20L, 40L)), Set.of());

    assertThat(taken).containsExactly(10L, 20L, 30L, 31L, 40L);
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldWaitForAPartitionThatHasMoreAndReadNoFurtherMeanwhile() {
    handOn(Map.of(NEW, List.of(30L, 31L)), Set.of(OLD));
    assertThat(taken).isEmpty();
    assertThat(consumer.paused()).containsExactly(NEW);
    assertThat(order.isWaiting(NEW)).isTrue();

    handOn(Map.of(OLD, List.of(10L, 20L)), Set.of(OLD));
    assertThat(taken).containsExactly(10L, 20L);

    handOn(Map.of(), Set.of());
    assertThat(taken).containsExactly(10L, 20L, 30L, 31L);
    assertThat(consumer.paused()).isEmpty();
    assertThat(order.isWaiting(NEW)).isFalse();
  }

  @Test
  void shouldNotWaitForAnotherTopic() {
    handOn(Map.of(OLD, List.of(10L)), Set.of(OTHER));

    assertThat(taken).containsExactly(10L);
  }

  /** Even where the clock of its broker went back. */
  @Test
  void shouldKeepTheOrderOfAPartition() {
    handOn(Map.of(OLD, List.of(20L, 10L), NEW, List.of(15L)), Set.of());

    assertThat(taken).containsExactly(15L, 20L, 10L);
  }

  @Test
  void shouldBeginWithTheRecordThatWasNotTaken() {
    assertThatThrownBy(
            () ->
                order.handOn(
                    consumer,
                    records(Map.of(OLD, List.of(10L), NEW, List.of(20L))),
                    partition -> false,
                    record -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);

    handOn(Map.of(), Set.of());

    assertThat(taken).containsExactly(10L, 20L);
  }

  private void handOn(Map<TopicPartition, List<Long>> times, Set<TopicPartition> behind) {
    order.handOn(
        consumer, records(times), behind::contains, record -> taken.add(record.timestamp()));
  }

  private static ConsumerRecords<byte[], byte[]> records(Map<TopicPartition, List<Long>> times) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
    times.forEach(
        (partition, stamps) ->
            records.put(partition, stamps.stream().map(time -> record(partition, time)).toList()));
    return new ConsumerRecords<>(records, Map.of());
  }

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long time) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        time,
        time,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        new byte[0],
        new byte[0],
        new RecordHeaders(),
        Optional.empty());
  }
}
