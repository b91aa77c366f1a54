package io.millrace.validator.topology;

import static io.millrace.validator.topology.TopologyRun.NOW;
import static io.millrace.validator.topology.TopologyRun.header;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.limits.Limit;
import io.millrace.fuzz.Junk;
import io.millrace.validator.Flights;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way into quarantine. */
final class QuarantineTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldNameEveryReasonAndKeepTheOriginal() {
    byte[] value = Flights.departure(7L, T, null, 0L);

    run.pipe("departures", null, value, new RecordHeaders());

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(refused.key()).isNull();
    assertThat(refused.value()).isEqualTo(value);
    assertThat(header(refused, "ce_id")).isEqualTo("7");
    assertThat(header(refused, "ce_time")).isEqualTo("2001-01-01T10:00:00Z");
    JsonNode reasons = TopologyRun.reasons(refused);
    assertThat(reasons).hasSize(2);
    assertThat(reasons.get(0).get("code").asText()).isEqualTo("FEATURE_TYPE_NOT_PRESENT");
    assertThat(reasons.get(0).get("field").asText()).isEqualTo("origin");
    assertThat(reasons.get(1).get("message").asText())
        .isEqualTo("distance_miles is 0, less than 1");
  }

  @Test
  void shouldRefuseATombstoneThatIsNoWatermark() {
    run.departure(null);

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused)).containsExactly("NO_VALUE");
    assertThat(refused.value()).isNull();
    assertThat(header(refused, "millrace_source_offset")).isEqualTo("0");
  }

  @Test
  void shouldRefuseBytesThatAreNoRecord() {
    byte[] whole = Flights.departure(7L, T, "JFK", 300L);
    run.departure("hello".getBytes(UTF_8));
    run.departure(Arrays.copyOf(whole, whole.length - 2));
    run.departure(Arrays.copyOf(whole, whole.length + 1));
    run.departure(new byte[0]);

    assertThat(run.quarantined())
        .containsExactly(
            List.of("UNDECODABLE"),
            List.of("UNDECODABLE"),
            List.of("UNDECODABLE"),
            List.of("UNDECODABLE"));
  }

  /** From 2^31 − 8 on Avro's own decoder throws what it throws nowhere else. */
  @ParameterizedTest
  @ValueSource(
      longs = {-1, 400, 2_000_000_000, 2_147_483_639, 2_147_483_640, 2_147_483_648L, 1L << 62})
  void shouldRefuseALengthThatIsNotThere(long size) {
    byte[] whole = Flights.departure(7L, T, "JFK", 300L);
    int length = new String(whole, ISO_8859_1).indexOf("JFK") - 1;
    ByteBuffer damaged = ByteBuffer.allocate(length + 10).put(whole, 0, length);
    for (long left = size << 1 ^ size >> 63; left != 0; left >>>= 7) {
      damaged.put((byte) (left > 0x7f || left < 0 ? left | 0x80 : left));
    }

    run.departure(Arrays.copyOf(damaged.array(), damaged.position()));
    run.departure(whole);

    assertThat(run.quarantined()).containsExactly(List.of("UNDECODABLE"));
    assertThat(run.events("examples")).hasSize(1);
  }

  /** What stands where only the checking tasks write leaves no trace but there. */
  @Test
  void shouldRefuseWhatIsNoMessageOfACheckingTask() {
    run.departure(Flights.departure(7L, T, "JFK", 300L));
    List<byte[]> junk = new ArrayList<>(Junk.values(1));
    junk.add(new byte[] {1, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 1}); // of source 99
    junk.add(new byte[] {2, 7, 0, 0, 0, 0}); // of stream 7
    junk.add(new byte[] {0, 0, 127, 127, 127, 127});

    junk.forEach(value -> run.message("7".getBytes(UTF_8), value));
    run.message(null, null);
    run.departure(Flights.departure(8L, T, "JFK", 300L));

    List<TestRecord<byte[], byte[]>> refused = run.all("quarantine");
    assertThat(refused).hasSize(junk.size() + 1);
    assertThat(refused)
        .allMatch(record -> TopologyRun.codes(record).equals(List.of("UNDECODABLE")));
    assertThat(refused.get(1).value()).isEqualTo(junk.get(1));
    assertThat(header(refused.get(1), "millrace_source_topic")).isEqualTo("test-by-id-repartition");
    assertThat(run.events("examples")).hasSize(2);
    assertThat(run.counts().toJson().toString()).as("of no stream").doesNotContain("UNDECODABLE");
  }

  @Test
  void shouldRefuseAnUnknownAndAnIncompatibleSchema() {
    byte[] unknown = Flights.departure(7L, T, "JFK", 300L);
    unknown[4] = 77;
    Schema other = SchemaBuilder.record("Other").fields().requiredString("flight_id").endRecord();
    run.registry.add(78, other);
    byte[] incompatible = unknown.clone();
    incompatible[4] = 78;

    run.departure(unknown);
    run.departure(incompatible);
    run.departure(Flights.departure(7L, T, "JFK", 300L));

    assertThat(run.quarantined())
        .containsExactly(List.of("UNKNOWN_SCHEMA_ID"), List.of("INCOMPATIBLE_SCHEMA"));
    assertThat(run.events("examples")).hasSize(1);
  }

  @Test
  void shouldRefuseAnEventWithoutIdWithAllItsReasons() {
    run.departure(Flights.departure(null, null, "JFK", 300L));

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused)).containsExactly("NO_ID", "NO_TIME");
    assertThat(refused.headers().lastHeader("ce_id")).isNull();
  }

  @Test
  void shouldRefuseAnEventWithoutTimeUnderItsId() {
    run.departure(Flights.departure(7L, null, "JFK", 300L));

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused)).containsExactly("NO_TIME");
    assertThat(header(refused, "ce_id")).isEqualTo("7");
    assertThat(refused.headers().lastHeader("ce_time")).isNull();
  }

  @Test
  void shouldRefuseWhatIsMoreThanAnHourAheadAndNotMoveTheClock() {
    long hourAhead = (NOW.toEpochMilli() + 3_600_000) * 1000;
    long now = NOW.toEpochMilli() * 1000;
    run.departure(Flights.departure(7L, now, "JFK", 300L));
    run.departure(Flights.departure(8L, hourAhead + 1, "JFK", 300L));
    run.ticks(1);

    assertThat(run.quarantined()).containsExactly(List.of("TIME_IN_FUTURE"));
    assertThat(run.marks("examples")).containsExactly(Long.toString(now - 1));
    run.departure(Flights.departure(9L, hourAhead, "JFK", 300L));
    assertThat(run.events("examples")).hasSize(1);
  }

  @Test
  void shouldRefuseAWatermarkThatIsNone() {
    run.mark("departures", "soon");
    run.ticks(1);

    assertThat(run.quarantined()).containsExactly(List.of("NO_VALUE"));
    assertThat(run.marks("examples")).isEmpty();
  }

  /** It is no event, and its own events are refused already. */
  @Test
  void shouldPassOverAWatermarkOfTheFuture() {
    run.mark("departures", Long.toString((NOW.toEpochMilli() + 3_600_000) * 1000 + 1));
    run.ticks(1);

    assertThat(run.quarantined()).isEmpty();
    assertThat(run.counts().toJson())
        .containsEntry("records", Map.of("departures", 0L, "arrivals", 0L));
    assertThat(run.marks("examples")).isEmpty();
    assertThat(
            run.meters
                .get("millrace.validator.marks.future")
                .tag("stream", "departures")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldKeepTheBeginningOfAKeyThatIsTooLarge() {
    int most = Limit.KEY_BYTES.most();
    byte[] value = Flights.departure(7L, T, "JFK", 300L);

    run.pipe("departures", new byte[most], value, new RecordHeaders());
    assertThat(run.events("examples")).hasSize(1);
    run.pipe("departures", new byte[most + 1], value, new RecordHeaders());

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused)).containsExactly("KEY_TOO_LARGE");
    assertThat(TopologyRun.reasons(refused).get(0).path("message").asText())
        .isEqualTo(
            "the key takes %d bytes, of which %d are allowed and kept here"
                .formatted(most + 1, most));
    assertThat(refused.key()).hasSize(most);
    assertThat(refused.value()).isEqualTo(value);
    assertThat(header(refused, "millrace_source_offset")).isEqualTo("1");
  }

  @Test
  void shouldKeepTheHeadersThatFit() {
    int most = Limit.HEADER_BYTES.most();
    byte[] value = Flights.departure(7L, T, "JFK", 300L);
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[most - 16 - 1]);

    run.pipe("departures", null, value, headers);
    assertThat(run.events("examples")).hasSize(1);
    headers.add("b", new byte[0]);
    run.pipe("departures", null, value, headers);

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused)).containsExactly("HEADERS_TOO_LARGE");
    assertThat(refused.headers().lastHeader("a").value()).hasSize(most - 16 - 1);
    assertThat(refused.headers().lastHeader("b")).isNull();
    assertThat(refused.value()).isEqualTo(value);
  }

  @Test
  void shouldNameAllThatIsTooLargeOfOneRecord() {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 100_000; i++) {
      headers.add("h" + i, null);
    }

    run.pipe(
        "departures",
        new byte[Limit.EVENT_BYTES.most()],
        new byte[Limit.EVENT_BYTES.most() + 1],
        headers);

    TestRecord<byte[], byte[]> refused = run.all("quarantine").getFirst();
    assertThat(TopologyRun.codes(refused))
        .containsExactly("EVENT_TOO_LARGE", "KEY_TOO_LARGE", "HEADERS_TOO_LARGE");
    assertThat(refused.value()).hasSize(Limit.EVENT_BYTES.most());
    assertThat(refused.key()).hasSize(Limit.KEY_BYTES.most());
    assertThat(refused.headers().toArray().length).isBetween(10_000, 20_000);
  }

  /** An int of one byte is a double of eight: what is sent small may be large where it goes. */
  @Test
  void shouldRefuseAnEventThatIsTooLargeInItsStreamsSchema() {
    try (TopologyRun texts = new TopologyRun(Texts.runnable())) {
      texts.registry.add(90, Texts.sentAsInts());

      texts.departure(Texts.ints(90, 131_000));
      texts.departure(Texts.ints(90, 132_000));

      assertThat(texts.events("examples")).hasSize(1);
      TestRecord<byte[], byte[]> refused = texts.all("quarantine").getFirst();
      assertThat(TopologyRun.codes(refused)).containsExactly("EVENT_TOO_LARGE");
      assertThat(refused.value()).isEqualTo(Texts.ints(90, 132_000));
    }
  }

  @Test
  void shouldRefuseTextsThatAreTooLongForAKey() {
    int most = Limit.KEY_FIELD_CHARACTERS.most();
    try (TopologyRun texts = new TopologyRun(Texts.runnable())) {
      texts.departure(Texts.event("i".repeat(most), "e".repeat(most), "o".repeat(most + 1)));
      assertThat(texts.events("examples")).hasSize(1);
      texts.departure(Texts.event("i".repeat(most + 1), "e", "o"));
      texts.departure(Texts.event("j", "e".repeat(most + 1), "o"));

      List<TestRecord<byte[], byte[]>> refused = texts.all("quarantine");
      assertThat(refused)
          .extracting(TopologyRun::codes)
          .containsExactly(List.of("STRING_TOO_LONG"), List.of("STRING_TOO_LONG"));
      assertThat(refused.getFirst().headers().lastHeader("ce_id")).isNull();
      assertThat(header(refused.getLast(), "ce_id")).isEqualTo("j");
    }
  }

  /** A list of refused values in each of 500 fields has more to tell than a header may hold. */
  @Test
  void shouldTellTheFirstReasonsAndHowManyMoreThereAre() {
    try (TopologyRun texts = new TopologyRun(Texts.runnable())) {
      texts.departure(Texts.event("i", null, null));

      JsonNode reasons = TopologyRun.reasons(texts.all("quarantine").getFirst());
      assertThat(reasons).hasSize(Limit.REASONS.most());
      assertThat(reasons.get(Limit.REASONS.most() - 1).path("message").asText())
          .isEqualTo("f99 is missing (and 50 reasons more)");
    }
  }
}
