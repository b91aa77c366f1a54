package io.millrace.messaging.control;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The right to say what comes next of one pipeline or model. Opening one ends every earlier one of
 * the same transactional id, in this process or another: what that one has not committed it never
 * will, and what it has can be read from then on. So whatever is counted up from the log after the
 * opening is counted up once.
 */
public final class ExclusiveWriter implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;

  private ExclusiveWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @param producer a transactional one, the writer's from now on
   * @throws KafkaException when the broker does not answer
   */
  public static ExclusiveWriter open(Producer<byte[], byte[]> producer) {
    ExclusiveWriter writer = new ExclusiveWriter(producer);
    try {
      producer.initTransactions();
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** How many partitions a topic has. */
  public int partitions(String topic) {
    return producer.partitionsFor(topic).size();
  }

  /**
   * Returns once the broker has committed the record.
   *
   * @throws KafkaException when another one has been opened since
   */
  public void write(ProducerRecord<byte[], byte[]> record) {
    write(List.of(record));
  }

  /**
   * Returns once the broker has committed the records, all or none of them.
   *
   * @throws KafkaException when another one has been opened since
   */
  public void write(List<ProducerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    records.forEach(producer::send);
    // the client's sender may look for unsent records, see none, and then send the end of a
    // transaction that was begun, filled and ended meanwhile, before its records; not behind a
    // flush
    producer.flush();
    producer.commitTransaction();
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
