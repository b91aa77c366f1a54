package io.millrace.validator.topology;

import static io.millrace.validator.topology.TopologyRun.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.validator.Flights;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where events go, and what they carry there. */
final class ValidatorTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldSendAValidDepartureToExamplesUnderItsId() {
    byte[] value = Flights.departure(7L, T, "JFK", 300L);
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_id", "foreign".getBytes(UTF_8));
    headers.add("ce_subject", "foreign".getBytes(UTF_8));
    headers.add("traceparent", "00-1-2-01".getBytes(UTF_8));

    run.pipe("departures", "any".getBytes(UTF_8), value, headers);

    List<TestRecord<byte[], byte[]>> examples = run.events("examples");
    assertThat(examples).hasSize(1);
    TestRecord<byte[], byte[]> example = examples.getFirst();
    assertThat(example.key()).isEqualTo("7".getBytes(UTF_8));
    assertThat(example.value()).isEqualTo(value);
    assertThat(StreamSupport.stream(example.headers().spliterator(), false).map(Header::key))
        .containsExactlyInAnyOrder(
            "traceparent", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time");
    assertThat(header(example, "ce_id")).isEqualTo("7");
    assertThat(header(example, "ce_source")).isEqualTo("/millrace/validator/flights");
    assertThat(header(example, "ce_type")).isEqualTo("millrace.flights.Departures");
    assertThat(header(example, "ce_time")).isEqualTo("2001-01-01T10:00:00Z");
    assertThat(run.events("labels")).isEmpty();
    assertThat(run.quarantined()).isEmpty();
  }

  @Test
  void shouldCountWhatBecameOfEachRecord() {
    run.departure(Flights.departure(7L, T, "JFK", 300L));
    run.departure(Flights.departure(7L, T, "JFK", 300L));
    run.departure(Flights.departure(8L, T, "JFK", 0L));
    run.departure(null);
    run.arrival(Flights.arrival(7L, T, 20L));

    assertThat(run.counts().toJson())
        .isEqualTo(
            Map.of(
                "records",
                Map.of("departures", 4L, "arrivals", 1L),
                "misplaced",
                Map.of(),
                "ahead",
                Map.of(),
                "examples",
                1L,
                "labels",
                1L,
                "quarantined",
                Map.of("INT_TYPE_SMALL_INT", 1L, "NO_VALUE", 1L),
                "quarantinedFields",
                Map.of(
                    "INT_TYPE_SMALL_INT",
                    Map.of("departures.distance_miles", 1L),
                    "NO_VALUE",
                    Map.of("departures", 1L)),
                "duplicates",
                1L));
    assertThat(run.counts().rememberedIds()).isEqualTo(3);
  }

  @Test
  void shouldPassTheClockOfEachStreamOn() {
    run.departure(Flights.departure(7L, T, "JFK", 300L));
    run.arrival(Flights.arrival(7L, T + 10, 20L));

    run.ticks(1);

    assertThat(run.marks("examples")).containsExactly(Long.toString(T - 1));
    assertThat(run.marks("labels")).containsExactly(Long.toString(T + 9));
  }
}
