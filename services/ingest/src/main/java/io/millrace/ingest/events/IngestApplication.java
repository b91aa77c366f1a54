package io.millrace.ingest.events;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.RunnablePipeline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/** The doors of a pipeline's streams; there is nothing to start or stop. */
final class IngestApplication implements PipelineApplication {
  private final String pipeline;
  private final Map<String, StreamDoor> doors = new LinkedHashMap<>();
  private final EventCounts counts;

  IngestApplication(RunnablePipeline pipeline, EventCounts counts) {
    this.pipeline = pipeline.name();
    this.counts = counts;
    PipelineSchemas schemas = PipelineSchemas.of(pipeline.pipeline());
    for (Stream stream : pipeline.pipeline().streams().values()) {
      Schema schema = schemas.stream(stream);
      doors.put(
          stream.name(),
          new StreamDoor(
              new EventBody(new EventReader(stream, schema)),
              new StreamRecords(pipeline, stream, schema)));
    }
  }

  Optional<StreamDoor> door(String stream) {
    return Optional.ofNullable(doors.get(stream));
  }

  Iterable<String> streams() {
    return doors.keySet();
  }

  @Override
  public State state() {
    return State.RUNNING;
  }

  @Override
  public Map<String, Object> counts() {
    return counts.of(pipeline, doors.keySet());
  }

  @Override
  public void close() {}
}
