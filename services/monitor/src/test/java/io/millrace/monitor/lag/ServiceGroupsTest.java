package io.millrace.monitor.lag;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.FlightsFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ServiceGroupsTest {
  private static final TopicPartition DEPARTURES =
      new TopicPartition("millrace.flights.departures", 0);
  private static final TopicPartition EXAMPLES = new TopicPartition("millrace.flights.examples", 0);
  private static final TopicPartition LOOKUPS =
      new TopicPartition("millrace-transformer-flights-lookups-repartition", 0);
  private static final TopicPartition ROWS = new TopicPartition("millrace.flights.rows", 0);

  /** In two seconds 100 events were written; the transformer took 40 of its own and 30 others. */
  @Test
  void shouldAddUpLagOverGroupsAndTakeRatesFromOthersTopics() {
    Groups before = groups(0, 1_000, 500, 700, 300);
    Groups now = groups(2, 1_100, 530, 740, 300);

    List<ServiceLag> services = ServiceGroups.of(FlightsFile.pipeline(), now, Optional.of(before));

    assertThat(services)
        .containsExactly(
            new ServiceLag("ingest", Optional.empty(), Optional.of(50.0), Optional.empty()),
            new ServiceLag("validator", Optional.of(0), Optional.empty(), Optional.empty()),
            new ServiceLag(
                "transformer",
                Optional.of(2),
                Optional.of(15.0),
                Optional.of((600L - 530) + (800 - 740) + (400 - 300))),
            new ServiceLag("serving", Optional.of(0), Optional.empty(), Optional.empty()),
            new ServiceLag("monitor", Optional.of(0), Optional.empty(), Optional.empty()),
            new ServiceLag("trainer", Optional.of(1), Optional.empty(), Optional.empty()),
            new ServiceLag("evaluator", Optional.of(0), Optional.empty(), Optional.empty()));
  }

  @Test
  void shouldTellNoRateFromOneMomentAlone() {
    List<ServiceLag> services =
        ServiceGroups.of(FlightsFile.pipeline(), groups(0, 1_000, 500, 700, 300), Optional.empty());

    assertThat(services).allMatch(service -> service.recordsPerSecond().isEmpty());
  }

  private static Groups groups(int second, long written, long examples, long lookUps, long rows) {
    return new Groups(
        Instant.EPOCH.plusSeconds(second),
        Map.of(
            "millrace-transformer-flights", Map.of(EXAMPLES, examples, LOOKUPS, lookUps),
            "millrace-transformer-flights-parts", Map.of(ROWS, rows),
            "millrace-transformer-flights2", Map.of(ROWS, 0L)),
        Map.of("millrace-transformer-flights", 2, "millrace-trainer.runs", 1),
        Map.of(DEPARTURES, written, EXAMPLES, 600L, LOOKUPS, 800L, ROWS, 400L));
  }
}
