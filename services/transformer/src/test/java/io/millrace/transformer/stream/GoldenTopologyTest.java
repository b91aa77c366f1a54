package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** A changed name would leave the state of running pipelines behind. */
final class GoldenTopologyTest {
  @Test
  void shouldKeepEveryNameOfTheTopology() throws IOException {
    FlightsFixture flights = new FlightsFixture(4);
    Topology topology = TransformerTopology.build(new JoinPlan(flights.runnable, flights.cache));

    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/topology.txt"))) {
      assertThat(topology.describe().toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
