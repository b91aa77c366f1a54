package io.millrace.monitor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.outcomes.OutcomePlan;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** A changed name would leave the state of running pipelines behind. */
class GoldenTopologyTest {
  @Test
  void shouldKeepEveryNameOfTheTopology() throws IOException {
    FlightsFixture flights = new FlightsFixture(4);
    OutcomePlan outcomes = flights.outcomes();
    Topology topology = MonitorTopology.build(outcomes, flights.judge(outcomes));

    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/topology.txt"))) {
      assertThat(topology.describe().toString())
          .isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }
}
