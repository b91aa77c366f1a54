package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.ingest.settings.KafkaClients;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * The right to write the next version of one pipeline. Opening one ends every earlier one, in this
 * process or another, so that a version which was counted up from what has been read meanwhile is
 * the only one of its number.
 */
final class VersionWriter implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;

  private VersionWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  static VersionWriter open(KafkaClients clients, String pipeline) {
    Producer<byte[], byte[]> producer =
        clients.transactionalProducer("millrace-ingest-" + pipeline);
    VersionWriter writer = new VersionWriter(producer);
    try {
      producer.initTransactions();
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** Returns once the broker has committed the version. */
  void write(PipelineVersion version, int schemaId) {
    String topic = ControlTopic.PIPELINES.name();
    byte[] pipeline = utf8(version.getPipeline());
    int partitions = producer.partitionsFor(topic).size();
    producer.beginTransaction();
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic,
                Utils.toPositive(Utils.murmur2(pipeline)) % partitions,
                utf8(version.getPipeline() + "/" + version.getVersion()),
                RecordEncoder.specific(schemaId, PipelineVersion.class).encode(version)));
    producer.commitTransaction();
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
