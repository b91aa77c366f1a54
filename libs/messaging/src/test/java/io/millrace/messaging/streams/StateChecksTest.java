package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class StateChecksTest {
  private final Map<String, StateChecks.Check> checks =
      new StateChecks(Map.of("counts", (key, value) -> StateChecks.LONG.accept(value)))
          .byChangelog("app");

  @Test
  void shouldSayWhereAStateStandsThatIsNone() {
    StateChecks.Check check = checks.get("app-counts-changelog");

    StateChecks.check(check, record(new byte[Long.BYTES]));
    assertThatThrownBy(() -> StateChecks.check(check, record(new byte[3])))
        .satisfies(
            e ->
                assertThat(DamagedStateException.in(new IllegalStateException(e)))
                    .contains(new Place("app-counts-changelog", 2, 17)));
    assertThat(
            Cause.of(
                new IllegalStateException(
                    new DamagedStateException(
                        new Place("t", 0, 1), new IllegalArgumentException("short")))))
        .isEqualTo(Cause.STATE);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return new ConsumerRecord<>("app-counts-changelog", 2, 17, new byte[0], value);
  }
}
