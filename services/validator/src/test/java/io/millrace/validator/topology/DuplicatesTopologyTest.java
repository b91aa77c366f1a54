package io.millrace.validator.topology;

import static io.millrace.validator.topology.TopologyRun.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.validator.Flights;
import io.millrace.validator.duplicates.Duplicates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repeats, conflicts and corrections. */
final class DuplicatesTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;
  private static final byte[] EVENT = Flights.departure(7L, T, "JFK", 300L);
  private static final byte[] OTHER = Flights.departure(7L, T, "LAX", 300L);
  private static final byte[] INVALID = Flights.departure(7L, T, "JFK", 0L);

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldDropARepeatOfAnAcceptedEvent() {
    run.departure(EVENT);
    run.departure(EVENT);

    assertThat(run.events("examples")).hasSize(1);
    assertThat(run.quarantined()).isEmpty();
    assertThat(duplicates()).isEqualTo(1L);
  }

  @Test
  void shouldDropARepeatOfAQuarantinedEvent() {
    run.departure(INVALID);
    run.departure(INVALID);

    assertThat(run.quarantined()).containsExactly(List.of("INT_TYPE_SMALL_INT"));
    assertThat(duplicates()).isEqualTo(1L);
  }

  @Test
  void shouldQuarantineAConflictOnceAndCountItsRepeat() {
    run.departure(EVENT);
    run.departure(OTHER);
    run.departure(OTHER);
    run.departure(EVENT);

    assertThat(run.events("examples")).hasSize(1);
    assertThat(run.quarantined()).containsExactly(List.of("CONFLICTING_DUPLICATE"));
    assertThat(duplicates()).isEqualTo(2L);
  }

  @Test
  void shouldNameEveryReasonOfAConflictThatIsInvalidToo() {
    run.departure(EVENT);
    run.departure(INVALID);

    assertThat(run.quarantined())
        .containsExactly(List.of("INT_TYPE_SMALL_INT", "CONFLICTING_DUPLICATE"));
    assertThat(run.counts().toJson())
        .containsEntry("quarantined", Map.of("INT_TYPE_SMALL_INT", 1L));
  }

  @Test
  void shouldAcceptACorrectionOfAQuarantinedEvent() {
    run.departure(INVALID);
    run.departure(EVENT);
    run.departure(INVALID);

    assertThat(run.events("examples")).hasSize(1);
    assertThat(run.quarantined()).hasSize(1);
    assertThat(duplicates()).isEqualTo(1L);
  }

  @Test
  void shouldKeepTheIdsOfStreamsApart() {
    run.departure(EVENT);
    run.arrival(Flights.arrival(7L, T, 3L));

    assertThat(run.events("examples")).hasSize(1);
    assertThat(run.events("labels")).hasSize(1);
  }

  @Test
  void shouldTakeTheSameContentOfAnotherSchemaForARepeat() {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Departures", "fields": [
                  {"name": "origin", "type": "string"},
                  {"name": "departure", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                  {"name": "distance_miles", "type": "long"},
                  {"name": "flight_id", "type": "long"}]}
                """);
    run.registry.add(55, older);
    GenericData.Record record = new GenericData.Record(older);
    record.put("flight_id", 7L);
    record.put("departure", T);
    record.put("origin", "JFK");
    record.put("distance_miles", 300L);
    run.departure(io.millrace.messaging.serde.RecordEncoder.generic(55, older).encode(record));

    run.departure(EVENT);

    List<TestRecord<byte[], byte[]>> examples = run.events("examples");
    assertThat(examples).hasSize(1);
    assertThat(examples.getFirst().value()).isEqualTo(EVENT);
    assertThat(duplicates()).isEqualTo(1L);
  }

  @Test
  void shouldQuarantineAConflictAsItWasReceived() {
    run.departure(EVENT);
    RecordHeaders headers = new RecordHeaders();
    headers.add("mine", "kept".getBytes(UTF_8));

    run.pipe("departures", "their key".getBytes(UTF_8), OTHER, headers);

    TestRecord<byte[], byte[]> conflict = run.all("quarantine").getFirst();
    assertThat(conflict.key()).isEqualTo("their key".getBytes(UTF_8));
    assertThat(conflict.value()).isEqualTo(OTHER);
    assertThat(header(conflict, "mine")).isEqualTo("kept");
    assertThat(header(conflict, "ce_id")).isEqualTo("7");
    assertThat(header(conflict, "millrace_stream")).isEqualTo("departures");
    assertThat(header(conflict, "millrace_source_topic")).isEqualTo("millrace.flights.departures");
    assertThat(header(conflict, "millrace_source_partition")).isEqualTo("0");
    assertThat(header(conflict, "millrace_source_offset")).isEqualTo("1");
  }

  @Test
  void shouldRememberForSevenDaysAndNoLonger() {
    run.departure(EVENT);
    run.pass(Duplicates.MEMORY);
    run.departure(EVENT);
    assertThat(run.events("examples")).hasSize(1);

    run.pass(SeenIds.SCAN_INTERVAL);
    assertThat(run.counts().rememberedIds()).isZero();
    run.departure(EVENT);

    assertThat(run.events("examples")).hasSize(1);
    assertThat(run.counts().rememberedIds()).isEqualTo(1);
  }

  private Object duplicates() {
    return Objects.requireNonNull(run.counts().toJson().get("duplicates"));
  }
}
