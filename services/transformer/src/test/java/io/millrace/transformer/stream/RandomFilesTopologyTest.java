package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.random.RandomFile;
import io.millrace.contracts.random.RandomRecord;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Whatever file is accepted, an example and its label become a vector and a row. */
class RandomFilesTopologyTest {
  @Property(tries = 60)
  void shouldMakeAVectorAndARowWhatever(@ForAll long seed) {
    Pipeline pipeline = RandomFile.accepted(seed).orElse(null);
    Assume.that(pipeline != null);
    FlightsFixture files = new FlightsFixture(1, RandomFile.yaml(seed));
    Properties properties = DriverProperties.of("random");
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            TransformerTopology.build(
                new JoinPlan(files.runnable, files.cache, new SimpleMeterRegistry()),
                new RecordedHistory()),
            properties)) {
      Random random = new Random(seed);
      pipe(driver, files, DataTopic.EXAMPLES, pipeline.exampleStream(), 0, random);
      pipe(driver, files, DataTopic.LABELS, pipeline.labelStream(), 1, random);

      GenericRecord vector =
          files.decode(files.schemas.vector(), only(driver, pipeline, DataTopic.VECTORS));
      GenericRecord row = files.decode(files.schemas.row(), only(driver, pipeline, DataTopic.ROWS));
      pipeline.derived().forEach(feature -> assertThat(vector.get(feature.name())).isNotNull());
      assertThat(row.get(pipeline.label().name())).isNotNull();
    }
  }

  private static void pipe(
      TopologyTestDriver driver,
      FlightsFixture files,
      DataTopic name,
      Stream stream,
      int after,
      Random random) {
    TestInputTopic<String, byte[]> topic =
        driver.createInputTopic(
            name.of(files.pipeline.name()), new StringSerializer(), new ByteArraySerializer());
    GenericRecord event = RandomRecord.of(files.schemas.stream(stream), random);
    event.put(stream.id(), stream.idField().type().scalar() == Scalar.STRING ? "1" : (Object) 1L);
    event.put(stream.time(), RandomRecord.START + after);
    topic.pipeInput(
        "1", RecordEncoder.generic(files.runnable.schemaId(name), event.getSchema()).encode(event));
    topic.pipeInput(
        new TestRecord<>(
            "0",
            null,
            new RecordHeaders()
                .add(
                    MillraceHeaders.WATERMARK,
                    Long.toString(RandomRecord.START + 86_400_000_000L)
                        .getBytes(StandardCharsets.US_ASCII))));
  }

  private static byte[] only(TopologyTestDriver driver, Pipeline pipeline, DataTopic topic) {
    List<byte[]> values =
        driver
            .createOutputTopic(
                topic.of(pipeline.name()), new StringDeserializer(), new ByteArrayDeserializer())
            .readValuesToList()
            .stream()
            .filter(value -> value != null)
            .toList();
    assertThat(values).as("%s", topic).hasSize(1);
    return values.getFirst();
  }
}
