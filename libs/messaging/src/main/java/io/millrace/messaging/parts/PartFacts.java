package io.millrace.messaging.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads {@code millrace.datasets}: what is announced, and what is taken back. */
public final class PartFacts {
  private final ControlReader<PartWritten> reader;

  public PartFacts(SchemaCache schemas) {
    this.reader = new ControlReader<>(ControlTopic.DATASETS, schemas);
  }

  /**
   * Hands on one record; what is no fact is passed over.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException when its schema can't be
   *     had now
   */
  public void read(ConsumerRecord<byte[], byte[]> record, PartTaker taker) {
    deleted(record).ifPresent(taker::delete);
    reader.read(record, taker::accept, taker::purge);
  }

  /** The part that a record takes back, if it does. */
  public static Optional<PartKey> deleted(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null && record.key() != null && !ControlReader.isPurged(record)
        ? PartKey.parse(new String(record.key(), UTF_8))
        : Optional.empty();
  }
}
