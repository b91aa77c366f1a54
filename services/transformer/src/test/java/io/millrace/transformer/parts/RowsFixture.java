package io.millrace.transformer.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.RecordedAlerts;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.NewTopics;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.LongUnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Rows of a small pipeline in a real topic, and what is announced about them. */
final class RowsFixture implements AutoCloseable {
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
        retention: {parts: %s, manifests: %1$s}
      """;
  static final int ROW_ID = 7;
  private static final int PART_ID = 8;
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final String yaml;
  final RunnablePipeline pipeline;
  private final Schema rowSchema;
  private final SchemaCache schemas = new SchemaCache(new RegistryInMemory());
  private final Producer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> announcements;
  private final List<PartWritten> announced = new ArrayList<>();

  RowsFixture(String bootstrap) {
    this(bootstrap, "90d");
  }

  /**
   * @param kept for how long parts and manifests are
   */
  RowsFixture(String bootstrap, String kept) {
    this.bootstrap = bootstrap;
    this.yaml = YAML.formatted(kept);
    this.pipeline =
        new RunnablePipeline(
            ((PipelineFile.Valid) PipelineFile.parse(yaml, "tiny.yaml")).pipeline(),
            1,
            PARTITIONS,
            Map.of());
    this.rowSchema = PipelineSchemas.of(pipeline.pipeline()).row();
    schemas.add(ROW_ID, rowSchema);
    schemas.add(PART_ID, PartWritten.getClassSchema());
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "transactional.id", "rows"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.announcements =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  void createTopics() {
    try (Admin admin = admin()) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(rowsTopic(), PARTITIONS, (short) 1),
              new NewTopic(ControlTopic.DATASETS.name(), 3, (short) 1)));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    producer.initTransactions();
    announcements.subscribe(List.of(ControlTopic.DATASETS.name()));
  }

  /** That the writers made here hear of. */
  final CutRequests cuts = new CutRequests();

  /** That the writers made here tell. */
  final RecordedAlerts alerts = new RecordedAlerts();

  /** Versions of the pipeline that the writers made here know beside their own. */
  final Map<Integer, RunnablePipeline> others = new HashMap<>();

  PartWriter writer(PartSettings settings, ArtifactStore store) {
    return writer(settings, store, Optional.empty());
  }

  PartWriter writer(
      PartSettings settings, ArtifactStore store, Optional<CompactionSettings> compaction) {
    return writer(settings, store, compaction, Clock.systemUTC());
  }

  PartWriter writer(
      PartSettings settings,
      ArtifactStore store,
      Optional<CompactionSettings> compaction,
      Clock clock) {
    return new PartWriter(
        settings,
        pipeline,
        version -> Optional.ofNullable(others.get(version)),
        schemas,
        RecordEncoder.specific(PART_ID, PartWritten.class),
        store,
        new SimpleMeterRegistry(),
        cuts,
        compaction.map(
            how ->
                new PartWriter.Compaction(
                    how,
                    version -> Optional.of(pipeline.pipeline()),
                    settings.spool().resolveSibling("compaction-" + settings.instance()))),
        clock,
        alerts.watch());
  }

  /** Ten rows a transaction, so that markers lie between the rows. */
  void sendCommitted(int from, int to) {
    for (int start = from; start < to; start += 10) {
      producer.beginTransaction();
      for (int id = start; id < Math.min(start + 10, to); id++) {
        producer.send(row(id));
      }
      commit();
    }
  }

  Pipeline pipeline() {
    return pipeline.pipeline();
  }

  String yaml() {
    return yaml;
  }

  /** In one transaction, into one partition; the label comes a moment behind the example. */
  void sendInto(int partition, long from, long to, LongUnaryOperator at) {
    producer.beginTransaction();
    for (long id = from; id < to; id++) {
      long time = at.applyAsLong(id);
      ProducerRecord<byte[], byte[]> row = row(id, time, time + 1);
      producer.send(new ProducerRecord<>(row.topic(), partition, row.key(), row.value()));
    }
    commit();
  }

  /** In one transaction; the label comes a moment behind the example. */
  void sendAt(long from, long to, LongUnaryOperator at) {
    producer.beginTransaction();
    for (long id = from; id < to; id++) {
      long time = at.applyAsLong(id);
      producer.send(row(id, time, time + 1));
    }
    commit();
  }

  void sendAborted(int from, int to) {
    producer.beginTransaction();
    for (int id = from; id < to; id++) {
      producer.send(row(id));
    }
    producer.flush();
    producer.abortTransaction();
  }

  /** A client may end a transaction before its records are sent, if they are not flushed. */
  private void commit() {
    producer.flush();
    producer.commitTransaction();
  }

  void send(long id, long at, long labelTime) {
    producer.beginTransaction();
    producer.send(row(id, at, labelTime));
    commit();
  }

  /** Made by that version, in its schema, which is that of all. */
  void send(long id, int version) {
    ProducerRecord<byte[], byte[]> row = row(id);
    VersionHeader.set(row.headers(), version);
    producer.beginTransaction();
    producer.send(row);
    commit();
  }

  void sendRaw(byte[] value) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(rowsTopic(), "raw".getBytes(UTF_8), value));
    commit();
  }

  /** The parts there are, as a run would find them. */
  List<PartWritten> parts() {
    return new AnnouncedParts(KafkaClients.at(bootstrap), schemas).of(pipeline.name());
  }

  /** Everything announced so far, once it adds up to this many rows. */
  List<PartWritten> awaitRows(long rows) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (announced.stream().mapToLong(PartWritten::getRows).sum() < rows) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not " + rows + " rows in time: " + announced);
      }
      poll();
    }
    poll();
    return List.copyOf(announced);
  }

  /** Waits until that many rows are in the parts that there are. */
  void awaitRowsInParts(long rows) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (rowsInParts() < rows) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not " + rows + " rows in time: " + parts());
      }
    }
  }

  long rowsInParts() {
    return parts().stream().mapToLong(PartWritten::getRows).sum();
  }

  List<PartWritten> announced() {
    poll();
    return List.copyOf(announced);
  }

  /** The ids in all parts, sorted. */
  List<Long> ids(List<PartWritten> parts, ArtifactStore store) throws IOException {
    List<Long> ids = new ArrayList<>();
    for (PartWritten part : parts) {
      new ParquetRows(rowSchema)
          .read(store.fetch(artifact(part)).path(), row -> ids.add((Long) row.get("id")));
    }
    ids.sort(null);
    return ids;
  }

  static Artifact artifact(PartWritten part) {
    return new Artifact(URI.create(part.getUri()), part.getSha256(), part.getBytes());
  }

  /** What is left between the committed offsets and the ends of the topic. */
  long lag() {
    try (Admin admin = admin()) {
      var committed =
          admin
              .listConsumerGroupOffsets("millrace-transformer-tiny-parts")
              .partitionsToOffsetAndMetadata()
              .get();
      long lag = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        TopicPartition id = new TopicPartition(rowsTopic(), partition);
        long end =
            admin.listOffsets(Map.of(id, OffsetSpec.latest())).partitionResult(id).get().offset();
        lag += end - (committed.containsKey(id) ? committed.get(id).offset() : 0);
      }
      return lag;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void poll() {
    RecordDecoder<PartWritten> decoder = RecordDecoder.specific(schemas, PartWritten.class);
    announcements
        .poll(Duration.ofMillis(300))
        .forEach(
            record -> {
              if (record.value() == null) {
                return;
              }
              if (decoder.decode(record.value()) instanceof Decoded.Value<PartWritten> decoded) {
                announced.add(decoded.value());
              } else {
                throw new AssertionError("an announcement does not decode");
              }
            });
  }

  private ProducerRecord<byte[], byte[]> row(long id) {
    return row(id, id * 1_000_000, id * 1_000_000 + 1);
  }

  private ProducerRecord<byte[], byte[]> row(long id, long at, long labelTime) {
    GenericRecord row = new GenericData.Record(rowSchema);
    row.put("id", id);
    row.put("at", at);
    row.put(PipelineSchemas.INCOMPLETE, false);
    row.put("outcome", id / 2.0);
    row.put(PipelineSchemas.LABEL_TIME, labelTime);
    return new ProducerRecord<>(
        rowsTopic(),
        Long.toString(id).getBytes(UTF_8),
        RecordEncoder.generic(ROW_ID, rowSchema).encode(row));
  }

  private String rowsTopic() {
    return DataTopic.ROWS.of(pipeline.name());
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  @Override
  public void close() {
    producer.close();
    announcements.close();
  }
}
