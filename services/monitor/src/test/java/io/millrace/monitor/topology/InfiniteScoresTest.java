package io.millrace.monitor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.fixtures.DriverProperties;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No metric takes a score that is no number, and no such score stops the ones behind it. */
class InfiniteScoresTest {
  private static final String YAML =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: flights}
      spec:
        streams:
          departures:
            role: example
            id: flight_id
            time: departure
            fields: {flight_id: {type: INT}, departure: {type: TIMESTAMP}, miles: {type: INT}}
          arrivals:
            role: label
            id: flight_id
            time: arrival
            fields: {flight_id: {type: INT}, arrival: {type: TIMESTAMP}, delay_minutes: {type: INT}}
        label: {name: delay, kind: REGRESSION, value: delay_minutes, within: 2h}
      """;

  private final FlightsFixture flights = new FlightsFixture(1, pipeline());

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN})
  void shouldGoOnBehindAScoreThatIsNoNumber(double score) {
    Properties properties = DriverProperties.of("test");
    var outcomes = flights.outcomes();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            MonitorTopology.build(outcomes, flights.judge(outcomes)), properties, MonitorRun.NOW)) {
      TestInputTopic<String, byte[]> predictions = input(driver, DataTopic.PREDICTIONS);
      TestInputTopic<String, byte[]> labels = input(driver, DataTopic.LABELS);
      Instant time = FlightsFixture.MIDNIGHT;
      predictions.pipeInput("1", flights.prediction("1", 1, score, time, "JFK"));
      predictions.pipeInput("2", flights.prediction("2", 1, 7.0, time, "JFK"));
      labels.pipeInput("1", flights.arrival(1, time.plusSeconds(60), 10L));
      labels.pipeInput("2", flights.arrival(2, time.plusSeconds(60), 10L));

      assertThat(
              driver
                  .createOutputTopic(
                      DataTopic.OUTCOMES.of("flights"),
                      new StringDeserializer(),
                      new ByteArrayDeserializer())
                  .readKeyValuesToList())
          .extracting(outcome -> outcome.key)
          .contains("2");
    }
  }

  private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver, DataTopic topic) {
    return driver.createInputTopic(
        topic.of("flights"), new StringSerializer(), new ByteArraySerializer());
  }

  private static Pipeline pipeline() {
    return ((PipelineFile.Valid) PipelineFile.accept(YAML, "flights.yaml")).pipeline();
  }
}
