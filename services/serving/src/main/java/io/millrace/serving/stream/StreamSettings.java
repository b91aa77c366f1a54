package io.millrace.serving.stream;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Where and in what steps vectors are predicted.
 *
 * @param kafka makes the clients
 * @param instance unique per process; static group membership and the transactional id hang on it
 * @param batch the most vectors that are predicted at once
 */
public record StreamSettings(KafkaClients kafka, String instance, int batch) {
  /** Of a pipeline's vectors. */
  Consumer<byte[], byte[]> consumer(String pipeline) {
    return kafka.member(
        PipelineGroup.servingId(pipeline),
        instance,
        Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch));
  }

  /** Of a pipeline's predictions. */
  Producer<byte[], byte[]> producer(String pipeline) {
    return kafka.transactional(
        PipelineGroup.servingId(pipeline) + "-" + instance,
        Map.of(
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * 1024,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            DataTopic.MOST_RECORD_BYTES));
  }
}
