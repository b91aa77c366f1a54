package io.millrace.messaging.control;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.SkippedRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The facts of one control topic, whoever wrote there. A record that is no fact, or one that can't
 * be true, is passed over. Everything behind it goes on.
 *
 * <p>One for as long as its owner lives, so that reading a topic again tells nothing again.
 */
public final class ControlReader<T extends SpecificRecord> {
  private final String topic;
  private final RecordDecoder<T> decoder;
  private final Consumer<Skipped> listener;
  private final Map<Integer, Long> skippedTo = new HashMap<>();
  private final Purges purges = new Purges();

  /** A record that was passed over. */
  public record Skipped(String topic, int partition, long offset, ErrorCode code, String message) {}

  public ControlReader(ControlTopic<T> topic, SchemaCache schemas) {
    this(topic, schemas, skipped -> {});
  }

  /**
   * @param listener told of each record that is passed over, once
   */
  public ControlReader(ControlTopic<T> topic, SchemaCache schemas, Consumer<Skipped> listener) {
    this.topic = topic.name();
    this.decoder = RecordDecoder.specific(schemas, topic.value());
    this.listener = listener;
  }

  /**
   * The fact in a record; empty for a deletion, and for what is passed over.
   *
   * @throws RegistryUnavailableException when its schema can't be had now
   */
  public synchronized Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    return switch (decode(record.value())) {
      case Decoded.Value<T> read -> Optional.of(read.value());
      case Decoded.Failed<T> failed -> {
        skip(record, failed.code(), failed.message(), Optional.empty());
        yield Optional.empty();
      }
    };
  }

  /**
   * Hands on the fact in a record, if there is one. A fact that its taker fails at is passed over
   * like one that can't be read.
   *
   * @throws RegistryUnavailableException when its schema can't be had now
   */
  public void read(ConsumerRecord<byte[], byte[]> record, Consumer<? super T> taker) {
    Optional<T> fact = read(record);
    try {
      fact.ifPresent(taker);
    } catch (KafkaException | RegistryUnavailableException e) {
      throw e; // not the fact's fault
    } catch (RuntimeException e) {
      skip(record, ErrorCode.INVALID_FACT, e.toString(), Optional.of(e));
    }
  }

  /**
   * As {@link #read(ConsumerRecord, Consumer)}, and tells when all that was said of a pipeline
   * before counts no more. What counts no more, or never did, is not handed on, and it is not told
   * again to whoever reads a topic again.
   *
   * @param forgetter takes the pipeline; the same one may come many times
   * @throws RegistryUnavailableException when its schema can't be had now
   */
  public void read(
      ConsumerRecord<byte[], byte[]> record,
      Consumer<? super T> taker,
      Consumer<String> forgetter) {
    Optional<String> pipeline = ControlTopic.pipelineOf(record.key());
    if (isPurged(record)) {
      pipeline.filter(name -> purge(name, record)).ifPresent(forgetter);
    } else {
      read(
          record,
          fact -> {
            if (pipeline.isEmpty() || counts(pipeline.get(), record, fact)) {
              taker.accept(fact);
            }
          });
    }
  }

  private synchronized boolean purge(String pipeline, ConsumerRecord<?, ?> record) {
    return purges.purge(pipeline, record);
  }

  private synchronized boolean counts(String pipeline, ConsumerRecord<?, ?> record, T fact) {
    OptionalInt said = VersionHeader.read(record.headers());
    return purges.counts(pipeline, record, said.isPresent() ? said : ControlRecords.version(fact));
  }

  /** Whether nothing counts any more that was said of the pipeline before this record. */
  public static boolean isPurged(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null && record.headers().lastHeader(MillraceHeaders.PURGED) != null;
  }

  /**
   * The fact in a value, for those who tell by themselves what they pass over.
   *
   * @throws RegistryUnavailableException when its schema can't be had now
   */
  public synchronized Decoded<T> decode(byte[] value) {
    Decoded<T> decoded = decoder.decode(value);
    if (decoded instanceof Decoded.Value<T> read) {
      Optional<String> fault = FactCheck.fault(read.value());
      if (fault.isPresent()) {
        return new Decoded.Failed<>(ErrorCode.INVALID_FACT, fault.get());
      }
    }
    return decoded;
  }

  private synchronized void skip(
      ConsumerRecord<?, ?> record,
      ErrorCode code,
      String message,
      Optional<RuntimeException> cause) {
    Long before = skippedTo.get(record.partition());
    if (before != null && before >= record.offset()) {
      return; // read again
    }
    skippedTo.put(record.partition(), record.offset());
    SkippedRecords.skip(
        topic, record.partition(), record.offset(), code, message, cause.orElse(null));
    listener.accept(new Skipped(topic, record.partition(), record.offset(), code, message));
  }
}
