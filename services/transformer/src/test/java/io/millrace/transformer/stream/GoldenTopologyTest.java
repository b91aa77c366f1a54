package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** A changed name would leave the state of running pipelines behind. */
final class GoldenTopologyTest {
  @Test
  void shouldKeepEveryNameOfTheTopology() throws IOException {
    FlightsFixture flights = new FlightsFixture(4);
    Topology topology =
        TransformerTopology.build(
            new JoinPlan(flights.runnable, flights.cache, new SimpleMeterRegistry()),
            new RecordedHistory());

    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/topology.txt"))) {
      assertThat(topology.describe().toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** By which its lag is told. */
  @Test
  void shouldReadTheTopicsOfItsGroup() {
    FlightsFixture flights = new FlightsFixture(4);
    Topology topology =
        TransformerTopology.build(
            new JoinPlan(flights.runnable, flights.cache, new SimpleMeterRegistry()),
            new RecordedHistory());

    Set<String> read =
        Pattern.compile("\\(topics: \\[([^]]+)]\\)")
            .matcher(topology.describe().toString())
            .results()
            .flatMap(source -> Arrays.stream(source.group(1).split(", ")))
            .filter(topic -> !topic.endsWith("-repartition"))
            .collect(Collectors.toSet());

    assertThat(PipelineGroup.transformer(flights.runnable.pipeline()).getFirst().topics())
        .isEqualTo(read);
  }
}
