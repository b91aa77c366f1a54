package io.millrace.validator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.validator.FakeRegistry;
import io.millrace.validator.Flights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** A changed name would leave the state of running pipelines behind. */
final class GoldenTopologyTest {
  @Test
  void shouldKeepEveryNameOfTheTopology() throws IOException {
    Topology topology =
        ValidatorTopology.build(
            new ValidatorPlan(
                Flights.runnable(4),
                Map.of(),
                new FakeRegistry(),
                new TopologyRun.Lag(),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));

    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/topology.txt"))) {
      assertThat(topology.describe().toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
