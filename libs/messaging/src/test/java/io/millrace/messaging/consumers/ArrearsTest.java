package io.millrace.messaging.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ArrearsTest {
  private static final TopicPartition P0 = new TopicPartition("letters", 0);
  private static final TopicPartition P1 = new TopicPartition("letters", 1);
  private static final Exception BUG = new IllegalStateException("a bug");

  private final Arrears arrears = new Arrears();

  @Test
  void shouldBePastABatchOnceEachOfItsPartitionsIs() {
    arrears.take(batch(P0, 3, P1, 5));

    assertThat(arrears.add(BUG)).contains(new Place("letters", 0, 0));

    assertThat(isPast(4, 5)).as("5 of partition 1 is to come").isFalse();
    assertThat(isPast(4, 6)).isTrue();
    assertThat(arrears.arePast(Set.of(P0), p -> 4)).as("partition 1 is another's").isTrue();
  }

  @Test
  void shouldSuspectOnlyTheRecordThatIsNamed() {
    Place place = new Place("letters", 1, 2);
    arrears.take(batch(P0, 3, P1, 5));

    assertThat(arrears.add(new RuntimeException(new RecordFailedException(place, BUG))))
        .contains(place);

    assertThat(isPast(0, 2)).isFalse();
    assertThat(isPast(0, 3)).isTrue();
  }

  @Test
  void shouldSuspectNothingThatIsHandled() {
    arrears.take(batch(P0, 3, P1, 5));
    arrears.handled();

    assertThat(arrears.add(BUG)).isEmpty();
    assertThat(arrears.isEmpty()).isTrue();
  }

  @Test
  void shouldForgetNoEarlierFailureForAnotherOne() {
    arrears.take(batch(P0, 3, P1, 5));
    arrears.add(BUG);
    arrears.take(batch(P0, 1, P1, 1));
    arrears.add(BUG);

    assertThat(isPast(2, 2)).isFalse();
    arrears.clear();
    assertThat(isPast(0, 0)).isTrue();
  }

  private boolean isPast(long of0, long of1) {
    return arrears.arePast(Set.of(P0, P1), p -> p.equals(P0) ? of0 : of1);
  }

  /** Of each partition its first record and one more. */
  private static ConsumerRecords<byte[], byte[]> batch(
      TopicPartition a, long lastOfA, TopicPartition b, long lastOfB) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
    records.put(a, List.of(record(a, 0), record(a, lastOfA)));
    records.put(b, List.of(record(b, 0), record(b, lastOfB)));
    return new ConsumerRecords<>(records, Map.of());
  }

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
    return new ConsumerRecord<>(
        partition.topic(), partition.partition(), offset, new byte[0], new byte[0]);
  }
}
