package io.millrace.ingest.events;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Turns the events of one stream into records of its topic. */
final class StreamRecords {
  private static final String TRACE_PARENT = "traceparent";

  private final String topic;
  private final Schema schema;
  private final int schemaId;
  private final CloudEvents cloudEvents;

  StreamRecords(RunnablePipeline pipeline, Stream stream, Schema schema) {
    this.topic = pipeline.pipeline().topicOf(stream);
    this.schema = schema;
    this.schemaId = pipeline.schemaId(stream);
    this.cloudEvents =
        new CloudEvents(
            "/millrace/ingest/" + pipeline.name() + "/" + stream.name(), schema.getFullName());
  }

  /** In the order of the events; an encoder is used by one request at a time. */
  List<ProducerRecord<byte[], byte[]>> of(List<Event> events, Optional<String> traceParent) {
    RecordEncoder encoder = RecordEncoder.generic(schemaId, schema);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(events.size());
    for (Event event : events) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, utf8(event.id()), encoder.encode(event.value()));
      cloudEvents.set(record.headers(), event.id(), event.time());
      traceParent.ifPresent(parent -> record.headers().add(TRACE_PARENT, utf8(parent)));
      records.add(record);
    }
    return records;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
