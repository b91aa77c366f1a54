package io.millrace.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.local.reconcile.Reconciler;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.topics.NewTopics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topics and parts of a small pipeline, written by hand; one transaction a record. */
final class TinyLog implements AutoCloseable {
  private static final String YAML =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: tiny}
      spec:
        streams:
          asked: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}}}
          told: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, y: {type: FLOAT}}}
        label: {name: outcome, kind: REGRESSION, value: "y", within: 48h, absent: drop}
      """;
  private static final int PART_ID = 99;

  private final String bootstrap;
  private final Path folder;
  private final Pipeline pipeline =
      ((PipelineFile.Valid) PipelineFile.parse(YAML, "tiny.yaml")).pipeline();
  private final PipelineSchemas schemas = PipelineSchemas.of(pipeline);
  private final SchemaCache cache = new SchemaCache(new RegistryInMemory());
  private final Producer<byte[], byte[]> producer;

  TinyLog(String bootstrap, Path folder) {
    this.bootstrap = bootstrap;
    this.folder = folder;
    cache.add(1, schemas.stream(pipeline.exampleStream()));
    cache.add(2, schemas.stream(pipeline.labelStream()));
    cache.add(PART_ID, PartWritten.getClassSchema());
    createTopics();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "transactional.id", "tiny", "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  private void createTopics() {
    List<String> names = new ArrayList<>(List.of(ControlTopic.DATASETS.name()));
    pipeline.streams().values().forEach(stream -> names.add(pipeline.topicOf(stream)));
    for (DataTopic topic : DataTopic.values()) {
      names.add(topic.of("tiny"));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(
          admin, names.stream().map(name -> new NewTopic(name, 2, (short) 1)).toList());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Reconciler reconciler() {
    return new Reconciler(
        io.millrace.messaging.clients.KafkaClients.at(bootstrap),
        pipeline,
        cache,
        io.millrace.artifacts.ArtifactStore.at(folder.toUri()));
  }

  GenericRecord asked(long id) {
    return event(pipeline.exampleStream(), id);
  }

  GenericRecord told(long id) {
    GenericRecord event = event(pipeline.labelStream(), id);
    event.put("y", 0.5);
    return event;
  }

  private GenericRecord event(Stream stream, long id) {
    GenericRecord event = new GenericData.Record(schemas.stream(stream));
    event.put("id", id);
    event.put("at", id * 1_000);
    return event;
  }

  /** To a topic, or to the event's own stream. */
  void send(GenericRecord event, @Nullable DataTopic topic) {
    boolean asked = event.getSchema().equals(schemas.stream(pipeline.exampleStream()));
    Stream stream = asked ? pipeline.exampleStream() : pipeline.labelStream();
    send(
        topic == null ? pipeline.topicOf(stream) : topic.of("tiny"),
        String.valueOf(event.get("id")),
        RecordEncoder.generic(asked ? 1 : 2, event.getSchema()).encode(event));
  }

  RecordMetadata send(String topic, String key, byte[] value) {
    return commit(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  /** A record of nothing but headers. */
  void send(String topic, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, null, null);
    headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    commit(record);
  }

  void abort(String topic, String key) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), new byte[0]));
    producer.flush();
    producer.abortTransaction();
  }

  /** A record that does not decode, and its place in quarantine. */
  void quarantineGarbage() {
    RecordMetadata place = send("millrace.tiny.asked", "?", "garbage".getBytes(UTF_8));
    send(
        DataTopic.QUARANTINE.of("tiny"),
        Map.of(
            MillraceHeaders.REASONS, "[{\"code\":\"UNDECODABLE\",\"message\":\"no\"}]",
            MillraceHeaders.STREAM, "asked",
            MillraceHeaders.SOURCE_TOPIC, place.topic(),
            MillraceHeaders.SOURCE_PARTITION, Integer.toString(place.partition()),
            MillraceHeaders.SOURCE_OFFSET, Long.toString(place.offset())));
  }

  /** Writes and announces a part. */
  PartWritten part(int number, List<Long> ids) throws IOException {
    Path file = folder.resolve("part.parquet");
    new ParquetRows(schemas.row()).write(file, ids.stream().map(this::row).iterator());
    Artifact artifact = ArtifactStore.at(folder.toUri()).put(file, "parts/" + number);
    PartWritten part =
        PartWritten.newBuilder()
            .setPipeline("tiny")
            .setPart("part-" + number)
            .setUri(artifact.uri().toString())
            .setSha256(artifact.sha256())
            .setBytes(artifact.bytes())
            .setRows(ids.size())
            .setPartition(0)
            .setFirstOffset(0)
            .setLastOffset(0)
            .setMinTime(CloudEvents.instant(0))
            .setMaxTime(CloudEvents.instant(0))
            .setPipelineVersion(1)
            .build();
    send(
        ControlTopic.DATASETS.name(),
        "tiny/part-" + number + "/1",
        RecordEncoder.specific(PART_ID, PartWritten.class).encode(part));
    return part;
  }

  void damage(PartWritten part) throws IOException {
    Files.writeString(Path.of(URI.create(part.getUri())), "damaged");
  }

  private GenericRecord row(long id) {
    GenericRecord row = new GenericData.Record(schemas.row());
    row.put("id", id);
    row.put("at", id * 1_000);
    row.put(PipelineSchemas.INCOMPLETE, false);
    row.put("outcome", 0.5);
    row.put(PipelineSchemas.LABEL_TIME, id * 1_000);
    return row;
  }

  private RecordMetadata commit(ProducerRecord<byte[], byte[]> record) {
    producer.beginTransaction();
    try {
      var sent = producer.send(record);
      producer.flush(); // else the client may end the transaction before its record is sent
      producer.commitTransaction();
      return sent.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
