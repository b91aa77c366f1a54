package io.millrace.messaging.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BrokerOffsetsTest {
  private static final TopicPartition READ = new TopicPartition("t", 0);
  private static final TopicPartition UNREAD = new TopicPartition("t", 1);
  private static final TopicPartition FORMER = new TopicPartition("former", 0);

  @Test
  void shouldCountAPartitionThatWasNeverCommittedFromItsOldestRecord() {
    long lag =
        BrokerOffsets.lag(
            Set.of(READ, UNREAD),
            Map.of(READ, 60L),
            Map.of(READ, 0L, UNREAD, 500L),
            Map.of(READ, 100L, UNREAD, 507L));

    assertThat(lag).isEqualTo((100 - 60) + (507 - 500));
  }

  @Test
  void shouldNotCountWhatRetentionHasRemoved() {
    assertThat(
            BrokerOffsets.lag(
                Set.of(READ), Map.of(READ, 60L), Map.of(READ, 90L), Map.of(READ, 100L)))
        .isEqualTo(10);
  }

  @Test
  void shouldNotCountWhatAGroupNoLongerReads() {
    assertThat(
            BrokerOffsets.lag(
                Set.of(READ),
                Map.of(READ, 100L, FORMER, 1L),
                Map.of(READ, 0L, FORMER, 0L),
                Map.of(READ, 100L, FORMER, 900L)))
        .isZero();
  }

  /** The end is asked for after what is committed, but a topic may be made anew in between. */
  @Test
  void shouldNeverBeNegative() {
    assertThat(BrokerOffsets.lag(Set.of(READ), Map.of(READ, 60L), Map.of(), Map.of(READ, 5L)))
        .isZero();
    assertThat(BrokerOffsets.lag(Set.of(READ), Map.of(READ, 60L), Map.of(), Map.of())).isZero();
  }
}
