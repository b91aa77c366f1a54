package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.runs.Runs;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.topics.TopicReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Reads all that is said of pipelines now, each time anew. What can't be read may say that a file
 * is needed: so it holds the pipeline that its key names, and all of them where none is named.
 */
final class ControlPlane {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TopicReader topics;
  private final ControlReader<PartWritten> parts;
  private final ControlReader<RunStep> steps;
  private final ControlReader<ModelEvent> events;
  private final ControlReader<PipelineVersion> versions;

  ControlPlane(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.parts = new ControlReader<>(ControlTopic.DATASETS, schemas);
    this.steps = new ControlReader<>(ControlTopic.RUNS, schemas);
    this.events = new ControlReader<>(ControlTopic.MODELS, schemas);
    this.versions = new ControlReader<>(ControlTopic.PIPELINES, schemas);
  }

  /**
   * What is said, by pipeline.
   *
   * @param holds of single pipelines
   * @param holdsOfAll what may be of any pipeline
   */
  record Said(
      Map<String, PartsIndex> parts,
      Runs runs,
      Map<String, ModelHistory> models,
      Map<String, PipelineVersion> newest,
      Map<String, List<Hold>> holds,
      List<Hold> holdsOfAll) {

    /** Nothing at all. */
    static Said nothing() {
      return new Said(
          new HashMap<>(),
          Runs.all(),
          new HashMap<>(),
          new TreeMap<>(),
          new HashMap<>(),
          new ArrayList<>());
    }

    /** The pipelines that were ever applied. */
    Collection<String> pipelines() {
      return new TreeSet<>(newest.keySet());
    }

    /** Of one pipeline, be it that nothing is said. */
    PipelineFacts of(String name) {
      List<Hold> held = new ArrayList<>(holdsOfAll);
      held.addAll(holds.getOrDefault(name, List.of()));
      return new PipelineFacts(
          name,
          Optional.ofNullable(newest.get(name)),
          Optional.ofNullable(parts.get(name)).orElseGet(() -> new PartsIndex(name)).parts(),
          runs.of(name),
          models.getOrDefault(name, ModelHistory.of(name)),
          held);
    }

    private void hold(Optional<String> pipeline, Hold hold) {
      pipeline
          .map(name -> holds.computeIfAbsent(name, none -> new ArrayList<>()))
          .orElse(holdsOfAll)
          .add(hold);
    }

    private void accept(PartWritten part) {
      parts.computeIfAbsent(part.getPipeline(), PartsIndex::new).accept(part);
    }

    private void delete(PartKey part) {
      Optional.ofNullable(parts.get(part.pipeline())).ifPresent(known -> known.delete(part));
    }

    private void accept(ModelEvent event) {
      models.compute(
          event.getModel(),
          (name, known) -> (known == null ? ModelHistory.of(name) : known).with(event));
    }

    private void accept(PipelineVersion version) {
      newest.merge(
          version.getPipeline(), version, (a, b) -> a.getVersion() > b.getVersion() ? a : b);
    }
  }

  /** Where a fact stands. */
  private record Place(int partition, ByteBuffer key) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
      return new Place(
          record.partition(), ByteBuffer.wrap(record.key() == null ? new byte[0] : record.key()));
    }
  }

  /**
   * All of it. Parts come first: a run that has chosen among parts which are gone since was asked
   * for before they went, and so is seen.
   *
   * @throws KafkaException when the broker does not answer
   * @throws RegistryUnavailableException when a schema can't be had now
   */
  Said read() {
    Said said = Said.nothing();
    read(
        ControlTopic.DATASETS,
        parts,
        said,
        said::accept,
        record -> PartFacts.deleted(record).ifPresent(said::delete),
        said.parts()::remove);
    read(ControlTopic.RUNS, steps, said, said.runs()::accept, record -> {}, said.runs()::forget);
    read(ControlTopic.MODELS, events, said, said::accept, record -> {}, said.models()::remove);
    read(ControlTopic.PIPELINES, versions, said, said::accept, record -> {}, purged -> {});
    return said;
  }

  private <T extends SpecificRecord> void read(
      ControlTopic<T> topic,
      ControlReader<T> facts,
      Said said,
      Consumer<? super T> taker,
      Consumer<ConsumerRecord<byte[], byte[]>> deletions,
      Consumer<String> forgetter) {
    Map<Place, Runnable> unread = new LinkedHashMap<>();
    Consumer<ConsumerRecord<byte[], byte[]>> each =
        record -> {
          unread.remove(Place.of(record)); // the newest of a key counts
          if (ControlReader.isPurged(record)) {
            ControlTopic.pipelineOf(record.key()).ifPresent(forgetter);
          } else if (record.value() == null) {
            deletions.accept(record);
          } else {
            fault(facts, record, taker)
                .ifPresent(
                    hold ->
                        unread.put(
                            Place.of(record),
                            () -> said.hold(ControlTopic.pipelineOf(record.key()), hold)));
          }
        };
    try {
      if (!topics.read(topic.name(), each)) {
        said.hold(
            Optional.empty(),
            new Hold(ErrorCode.TOPIC_MISSING, "there is no topic " + topic.name()));
      }
    } catch (AuthorizationException e) {
      said.hold(
          Optional.empty(),
          new Hold(ErrorCode.KAFKA_REFUSED, topic.name() + " can't be read: " + e.getMessage()));
    }
    unread.values().forEach(Runnable::run);
  }

  /** Takes a fact, or says why it can't be taken. */
  private static <T extends SpecificRecord> Optional<Hold> fault(
      ControlReader<T> facts, ConsumerRecord<byte[], byte[]> record, Consumer<? super T> taker) {
    return switch (facts.decode(record.value())) {
      case Decoded.Failed<T> failed -> Optional.of(hold(record, failed.code(), failed.message()));
      case Decoded.Value<T> read -> {
        try {
          taker.accept(read.value());
          yield Optional.empty();
        } catch (KafkaException | RegistryUnavailableException e) {
          throw e; // not the fact's fault
        } catch (RuntimeException e) {
          yield Optional.of(hold(record, ErrorCode.INVALID_FACT, e.toString()));
        }
      }
    };
  }

  private static Hold hold(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String why) {
    return new Hold(
        code,
        "a fact can't be read: %s, partition %d, offset %d, key %s: %s"
            .formatted(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key() == null ? "none" : new String(record.key(), UTF_8),
                why));
  }
}
