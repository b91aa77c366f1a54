package io.millrace.validator.topology;

import static io.millrace.validator.topology.TopologyRun.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.validator.Flights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Foreign schemas while the registry is away. */
final class RegistryAwayTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;
  private static final int FOREIGN = 55;
  private static final Schema SCHEMA =
      SchemaBuilder.record("Departures")
          .fields()
          .requiredLong("flight_id")
          .requiredLong("departure")
          .requiredString("origin")
          .endRecord();

  private final TopologyRun run = new TopologyRun();

  @BeforeEach
  void takeAway() {
    run.registry.add(FOREIGN, SCHEMA);
    run.registry.setAway(true);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldLetKnownSchemasFlowWhileAnUnknownOneWaits() {
    run.departure(foreign(1));
    run.departure(Flights.departure(2L, T, "JFK", 300L));
    run.ticks(10);

    assertThat(ids("examples")).containsExactly("2");
    assertThat(run.quarantined()).isEmpty();
  }

  @Test
  void shouldGoOnAsReceivedWhenTheRegistryIsBack() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-1-2-01".getBytes(UTF_8));
    run.pipe("departures", "k".getBytes(UTF_8), foreign(1), headers);
    run.ticks(20);

    run.registry.setAway(false);
    run.ticks(20);

    List<TestRecord<byte[], byte[]>> examples = run.events("examples");
    assertThat(examples).hasSize(1);
    assertThat(header(examples.getFirst(), "traceparent")).isEqualTo("00-1-2-01");
    assertThat(examples.getFirst().value()).isEqualTo(Flights.departure(1L, T, "JFK", null));
    assertThat(run.quarantined()).isEmpty();
  }

  @Test
  void shouldHoldTheClockWhileARecordOfUnknownTimeWaits() {
    run.departure(foreign(1));
    run.departure(Flights.departure(2L, T + 100, "JFK", 300L));
    run.mark("departures", Long.toString(T + 200));
    run.ticks(200);
    assertThat(run.marks("examples")).isEmpty();

    run.registry.setAway(false);
    run.ticks(20);
    List<TestRecord<byte[], byte[]>> after = run.all("examples");
    assertThat(after).hasSize(2);
    assertThat(new String(after.get(0).key(), UTF_8)).isEqualTo("1");
    assertThat(header(after.get(1), "millrace_watermark")).isEqualTo(Long.toString(T + 200));
  }

  @Test
  void shouldQuarantineOnceThePatienceIsOverAndThenAtOnce() {
    run.departure(foreign(1));
    run.ticks(290);
    assertThat(run.quarantined()).isEmpty();

    run.ticks(20);
    assertThat(run.quarantined()).containsExactly(List.of("REGISTRY_UNAVAILABLE"));
    run.departure(foreign(2));
    assertThat(run.quarantined()).containsExactly(List.of("REGISTRY_UNAVAILABLE"));
  }

  @Test
  void shouldAskOnceASecondWhileTheRegistryIsAway() {
    for (int i = 0; i < 50; i++) {
      run.departure(foreign(i));
      run.ticks(2);
    }

    assertThat(run.registry.asked()).isLessThanOrEqualTo(11);
    run.registry.setAway(false);
    run.pass(Duration.ofSeconds(1));
    run.ticks(1);
    assertThat(run.events("examples")).hasSize(50);
  }

  private List<String> ids(String topic) {
    return run.events(topic).stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  private static byte[] foreign(long id) {
    GenericData.Record record = new GenericData.Record(SCHEMA);
    record.put("flight_id", id);
    record.put("departure", T);
    record.put("origin", "JFK");
    return RecordEncoder.generic(FOREIGN, SCHEMA).encode(record);
  }
}
