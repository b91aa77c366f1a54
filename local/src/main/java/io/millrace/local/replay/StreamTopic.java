package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.local.replay.files.Event;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Turns events into records of their stream's topic, as ingest writes them. */
final class StreamTopic {
  private final String topic;
  private final Schema schema;
  private final RecordEncoder encoder;
  private final CloudEvents cloudEvents;

  StreamTopic(AppliedPipeline applied, PipelineSchemas schemas, Stream stream) {
    this.topic = applied.pipeline().topicOf(stream);
    this.schema = schemas.stream(stream);
    this.encoder = RecordEncoder.generic(applied.schemaId(topic), schema);
    this.cloudEvents =
        new CloudEvents(
            "/millrace/replay/" + applied.pipeline().name() + "/" + stream.name(),
            schema.getFullName());
    requireSameFields(stream.fieldList(), schema.getFields());
  }

  String name() {
    return topic;
  }

  /**
   * An event without id or time goes without envelope: the validator says what is wrong with it.
   */
  ProducerRecord<byte[], byte[]> record(Event event) {
    GenericData.Record value = new GenericData.Record(schema);
    for (int i = 0; i < event.values().size(); i++) {
      value.put(i, event.values().get(i));
    }
    String id = event.id();
    Long time = event.time();
    byte[] key = id == null ? null : id.getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, encoder.encode(value));
    if (id != null && time != null) {
      cloudEvents.set(record.headers(), id, time);
    }
    return record;
  }

  /** Tells a partition that every event up to this time has been written to it. */
  ProducerRecord<byte[], byte[]> watermark(int partition, long micros) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, null);
    record
        .headers()
        .add(MillraceHeaders.WATERMARK, String.valueOf(micros).getBytes(StandardCharsets.US_ASCII));
    return record;
  }

  private static void requireSameFields(List<Field> fields, List<Schema.Field> inSchema) {
    List<String> names = fields.stream().map(Field::name).toList();
    if (!names.equals(inSchema.stream().map(Schema.Field::name).toList())) {
      throw new IllegalStateException("fields " + names + " differ from the schema's");
    }
  }
}
