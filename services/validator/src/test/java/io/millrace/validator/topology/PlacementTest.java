package io.millrace.validator.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.validator.Flights;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Kafka's partitioner puts records, and what came by another. */
final class PlacementTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;

  /**
   * librdkafka 2.x, tests/0048-partitioner.c: the rows {@code consistent_random} (its default) and
   * {@code murmur2_random}, over 7 and 17 partitions.
   */
  @ParameterizedTest
  @CsvSource({
    "23456, 0xb1b451d7, 0x058d780f",
    "this is another string with more length to it perhaps, 0xb0150df7, 0x4f7703da",
    "hejsan, 0xd077037e, 0x5ec19395",
  })
  void shouldTellThePartitionsOfLibrdkafkasDefaultFromKafkas(
      String key, String crc32, String murmur2) {
    byte[] bytes = key.getBytes(UTF_8);
    long theirs = Long.decode(crc32);
    long kafkas = Long.decode(murmur2);

    CRC32 crc = new CRC32();
    crc.update(bytes);
    assertThat(crc.getValue()).isEqualTo(theirs);
    for (int partitions : new int[] {7, 17}) {
      assertThat(Source.isPlaced(bytes, (int) (kafkas % partitions), partitions)).isTrue();
      assertThat(Source.isPlaced(bytes, (int) (theirs % partitions), partitions))
          .isEqualTo(theirs % partitions == kafkas % partitions);
    }
  }

  /** Of negative hashes Kafka takes off the sign bit: its UtilsTest has them. */
  @ParameterizedTest
  @CsvSource({"21, -973932308", "foobar, -790332482", "abc, 479470107"})
  void shouldTakeOffTheSignAsKafkaDoes(String key, int murmur2) {
    int partition = (murmur2 & 0x7fffffff) % 12;

    for (int other = 0; other < 12; other++) {
      assertThat(Source.isPlaced(key.getBytes(UTF_8), other, 12)).isEqualTo(other == partition);
    }
  }

  /** librdkafka, as above: an empty key is hashed by {@code murmur2_random}. */
  @Test
  void shouldTakeAnEmptyKeyForOneAndLetRecordsWithoutStandAnywhere() {
    assertThat(Source.isPlaced(new byte[0], 0x106e08d9 % 7, 7)).isTrue();
    assertThat(Source.isPlaced(new byte[0], (0x106e08d9 + 1) % 7, 7)).isFalse();
    for (int partition = 0; partition < 7; partition++) {
      assertThat(Source.isPlaced(null, partition, 7)).isTrue();
    }
  }

  @Test
  void shouldCountMisplacedRecordsByStreamAndJudgeThemAsAllOthers() {
    try (TopologyRun run =
        new TopologyRun(
            Flights.runnable(1),
            Map.of("millrace.flights.departures", 7, "millrace.flights.arrivals", 7))) {
      for (long id = 0; id < 70; id++) {
        byte[] key = Long.toString(id).getBytes(UTF_8);
        run.pipe("departures", key, Flights.departure(id, T, "JFK", 300L), new RecordHeaders());
      }
      run.departure(Flights.departure(70L, T, "JFK", 300L));
      run.mark("departures", Long.toString(T));

      long placed = 0;
      for (long id = 0; id < 70; id++) {
        placed += Source.isPlaced(Long.toString(id).getBytes(UTF_8), 0, 7) ? 1 : 0;
      }
      assertThat(placed).isBetween(5L, 20L);
      assertThat(run.events("examples")).hasSize(71);
      assertThat(run.counts().toJson())
          .containsEntry("records", Map.of("departures", 71L, "arrivals", 0L))
          .containsEntry("misplaced", Map.of("departures", 70 - placed));
    }
  }
}
