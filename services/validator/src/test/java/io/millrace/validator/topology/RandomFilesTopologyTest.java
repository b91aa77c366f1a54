package io.millrace.validator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.random.RandomFile;
import io.millrace.contracts.random.RandomRecord;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.RecordEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Whatever file is accepted, an event of either stream goes through. */
class RandomFilesTopologyTest {
  @Property(tries = 60)
  void shouldAcceptAnEventWhatever(@ForAll long seed) {
    Pipeline pipeline = RandomFile.accepted(seed).orElse(null);
    Assume.that(pipeline != null);
    PipelineSchemas schemas = PipelineSchemas.of(pipeline);
    Map<String, Integer> ids = new HashMap<>();
    schemas.artifacts().forEach((artifact, schema) -> ids.put(artifact, ids.size() + 1));
    RunnablePipeline runnable = new RunnablePipeline(pipeline, 1, 1, ids);
    Random random = new Random(seed);
    try (TopologyRun run = new TopologyRun(runnable)) {
      for (Stream stream : pipeline.streams().values()) {
        GenericRecord event = RandomRecord.of(schemas.stream(stream), random);
        run.pipe(
            stream.name(),
            null,
            RecordEncoder.generic(runnable.schemaId(stream), event.getSchema()).encode(event),
            new RecordHeaders());
      }

      assertThat(run.quarantined()).isEmpty();
      assertThat(run.events("examples")).hasSize(1);
      assertThat(run.events("labels")).hasSize(1);
    }
  }
}
