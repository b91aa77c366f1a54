package io.millrace.transformer.online;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The consumer of a pipeline's features.
 *
 * @param instance unique per process; the static group membership hangs on it
 */
record FeatureClients(KafkaClients kafka, String instance, String pipeline) {
  private static final int TIMEOUT_SECONDS = 10;

  String topic() {
    return DataTopic.FEATURES.of(pipeline);
  }

  Consumer<byte[], byte[]> consumer() {
    return kafka.member(
        PipelineGroup.redisId(pipeline),
        instance,
        Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000));
  }

  /** The id of the topic, which a new one of the same name doesn't share. */
  String log() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return admin
          .describeTopics(List.of(topic()))
          .allTopicNames()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .values()
          .iterator()
          .next()
          .topicId()
          .toString();
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new UnknownTopicOrPartitionException("there is no topic " + topic(), e);
      }
      throw new KafkaException("no id of topic " + topic(), e);
    }
  }
}
