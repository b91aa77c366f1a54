package io.millrace.monitor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.random.RandomFile;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.fixtures.DriverProperties;
import java.util.Properties;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.streams.TopologyTestDriver;

/** Whatever file is accepted, monitor's topology starts. */
class RandomFilesTopologyTest {
  @Property(tries = 60)
  void shouldStartWhatever(@ForAll long seed) {
    Pipeline pipeline = RandomFile.accepted(seed).orElse(null);
    Assume.that(pipeline != null);
    FlightsFixture files = new FlightsFixture(1, pipeline);
    Properties properties = DriverProperties.of("random");
    var outcomes = files.outcomes();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            MonitorTopology.build(outcomes, files.judge(outcomes)), properties, MonitorRun.NOW)) {
      assertThat(driver.producedTopicNames())
          .doesNotContain(DataTopic.OUTCOMES.of(pipeline.name()));
    }
  }
}
