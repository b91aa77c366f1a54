package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class CauseTest {
  @Test
  void shouldTellATopicThatIsMissingFromABrokerThatIsAway() {
    UnknownTopicOrPartitionException gone = new UnknownTopicOrPartitionException("no topic in");

    assertThat(Cause.of(gone)).isEqualTo(Cause.MISSING);
    assertThat(Cause.of(new StreamsException(gone))).isEqualTo(Cause.MISSING);
    assertThat(Cause.of(new MissingSourceTopicException("in"))).isEqualTo(Cause.MISSING);
    assertThat(Cause.of(new TimeoutException("away"))).isEqualTo(Cause.NEIGHBOUR);
  }
}
