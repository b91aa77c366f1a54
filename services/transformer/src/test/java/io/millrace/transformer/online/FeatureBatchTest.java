package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.features.online.EntityKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeatureBatchTest {
  private static final String NOON = "2001-01-10T12:00:00Z";
  private static final byte[] PANES = Flights.panes("origin", "A/B", NOON, 3, NOON);

  @Test
  void shouldKeepTheLatestWriteOfEachEntityWithItsOffset() {
    FeatureBatch batch =
        FeatureBatch.of(
            List.of(
                record(5, "origin/A/B", PANES),
                record(6, "origin/JFK", PANES),
                record(7, "origin/JFK", null),
                record(9, "origin/A/B", PANES)));

    assertThat(batch.writes()).hasSize(2);
    assertThat(batch.writes().getFirst().key()).isEqualTo(new EntityKey("origin", "A/B"));
    assertThat(batch.writes().getFirst().version()).isEqualTo(9);
    assertThat(batch.writes().getFirst().panes().orElseThrow())
        .isEqualTo(Flights.avro("origin", "A/B", NOON, 3, NOON));
    assertThat(batch.writes().getLast().key()).isEqualTo(new EntityKey("origin", "JFK"));
    assertThat(batch.writes().getLast().version()).isEqualTo(7);
    assertThat(batch.writes().getLast().panes()).isEmpty();
  }

  @Test
  void shouldTakeWatermarksByTask() {
    FeatureBatch batch =
        FeatureBatch.of(
            List.of(
                record(1, "_watermark/3", Flights.watermark(3, NOON)),
                record(2, "_watermark/1", Flights.watermark(1, "1969-12-31T23:59:59Z")),
                record(3, "_watermark/3", Flights.watermark(3, "2001-01-10T12:00:01Z"))));

    assertThat(batch.writes()).isEmpty();
    assertThat(batch.watermarks())
        .isEqualTo(Map.of(3, Flights.micros(NOON) + 1_000_000, 1, -1_000_000L));
  }

  @Test
  void shouldSkipAndCountWhatItDoesNotUnderstand() {
    Counter skipped =
        Metrics.counter("millrace.records.skipped", "topic", "t", "code", "UNDECODABLE");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Metrics.addRegistry(meters);
    double before = skipped.count();

    FeatureBatch batch =
        FeatureBatch.of(
            List.of(
                record(1, "no slash", PANES),
                record(2, null, PANES),
                record(3, "origin/JFK", new byte[] {1, 2}),
                record(4, "_watermark/x", Flights.watermark(3, NOON)),
                record(5, "_watermark/1", new byte[] {0, 0, 0, 0, 1, 99}),
                record(6, "origin/JFK", new byte[] {0, 0, 0, 0, 1, 9, 9, 9}),
                record(7, "origin/JFK", Arrays.copyOf(PANES, PANES.length - 1))));

    assertThat(batch).isEqualTo(new FeatureBatch(List.of(), Map.of()));
    assertThat(skipped.count() - before).isEqualTo(7);
    Metrics.removeRegistry(meters);
  }

  @SuppressWarnings("NullAway") // Kafka's records may lack key and value
  private static ConsumerRecord<byte[], byte[]> record(
      long offset, @Nullable String key, byte @Nullable [] value) {
    return new ConsumerRecord<>("t", 0, offset, key == null ? null : Flights.key(key), value);
  }
}
