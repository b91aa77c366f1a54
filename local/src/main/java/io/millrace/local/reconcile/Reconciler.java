package io.millrace.local.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads all topics and parts of a pipeline, read-committed, and compares what went in with what
 * came out. Ids must be INT or STRING.
 */
public final class Reconciler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaClients kafka;
  private final Pipeline pipeline;
  private final SchemaCache schemas;
  private final ArtifactStore artifacts;
  private final Predicate<ConsumerRecord<byte[], byte[]>> own;

  /**
   * @param artifacts has the parts
   */
  public Reconciler(
      KafkaClients kafka, Pipeline pipeline, SchemaCache schemas, ArtifactStore artifacts) {
    this(kafka, pipeline, schemas, artifacts, record -> true);
  }

  /**
   * @param own which records of the topics behind the streams are the pipeline's; the others are
   *     left out
   */
  public Reconciler(
      KafkaClients kafka,
      Pipeline pipeline,
      SchemaCache schemas,
      ArtifactStore artifacts,
      Predicate<ConsumerRecord<byte[], byte[]>> own) {
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.schemas = schemas;
    this.artifacts = artifacts;
    this.own = own;
  }

  /**
   * From events to rows; reads up to where the topics end now: nothing may be on its way any more.
   */
  public Reconciliation reconcile() {
    return reconcile(false);
  }

  /** The same, and the stream's predictions and outcomes. */
  public Reconciliation reconcileWithOutcomes() {
    return reconcile(true);
  }

  private Reconciliation reconcile(boolean withOutcomes) {
    Stream examples = pipeline.exampleStream();
    Stream labels = pipeline.labelStream();
    try (Ledger ledger = new Ledger(examples.name(), labels.name())) {
      for (Stream stream : pipeline.streams().values()) {
        EventReader reader = new EventReader(pipeline, stream, schemas);
        TopicDump.read(
            kafka,
            pipeline.topicOf(stream),
            record ->
                ledger.received(
                    stream.name(),
                    record.partition(),
                    record.offset(),
                    reader
                        .read(record.value())
                        .map(EventReader.Event::id)
                        .orElse("@" + record.partition() + "-" + record.offset())));
      }
      EventReader example = new EventReader(pipeline, examples, schemas);
      dump(
          DataTopic.EXAMPLES,
          record -> {
            example
                .read(record.value())
                .ifPresent(event -> ledger.example(event.id(), event.micros()));
          });
      EventReader label = new EventReader(pipeline, labels, schemas);
      dump(
          DataTopic.LABELS,
          record -> {
            label
                .read(record.value())
                .ifPresent(event -> ledger.label(event.id(), event.micros(), event.hasLabel()));
          });
      dump(DataTopic.QUARANTINE, record -> quarantined(record, ledger));
      dump(DataTopic.VECTORS, record -> ledger.vector(key(record)));
      dump(DataTopic.ROWS, record -> ledger.row(key(record)));
      if (withOutcomes) {
        RecordDecoder<Prediction> predictions = RecordDecoder.specific(schemas, Prediction.class);
        dump(DataTopic.PREDICTIONS, record -> predicted(predictions, record, ledger));
        dump(DataTopic.OUTCOMES, record -> ledger.outcome(key(record)));
      }
      new AnnouncedParts(kafka, pipeline, schemas, artifacts).read(ledger);
      return ledger.reconcile(pipeline.label().within().toNanos() / 1000);
    }
  }

  private void dump(DataTopic topic, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    TopicDump.read(
        kafka,
        topic.of(pipeline.name()),
        record -> {
          if (own.test(record)) {
            action.accept(record);
          }
        });
  }

  private static void predicted(
      RecordDecoder<Prediction> decoder, ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
    switch (decoder.decode(record.value())) {
      case Decoded.Value<Prediction> decoded -> {
        if (decoded.value().getDoor().equals("stream")) {
          ledger.prediction(key(record));
        }
      }
      case Decoded.Failed<Prediction> failed -> {} // somebody else's
    }
  }

  private static void quarantined(ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
    if (record.headers().lastHeader(MillraceHeaders.STREAM) == null) {
      return; // stood in no stream
    }
    ledger.quarantined(
        header(record, MillraceHeaders.STREAM),
        Integer.parseInt(header(record, MillraceHeaders.SOURCE_PARTITION)),
        Long.parseLong(header(record, MillraceHeaders.SOURCE_OFFSET)),
        codes(header(record, MillraceHeaders.REASONS)));
  }

  private static List<String> codes(String reasons) {
    List<String> codes = new ArrayList<>();
    try {
      for (JsonNode reason : JSON.readTree(reasons)) {
        codes.add(reason.path("code").asText());
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("reasons that are no JSON: " + reasons, e);
    }
    return codes;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new IllegalStateException(
          "a quarantined record without header %s at %d-%d"
              .formatted(name, record.partition(), record.offset()));
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
