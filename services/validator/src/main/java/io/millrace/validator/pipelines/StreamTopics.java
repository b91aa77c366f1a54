package io.millrace.validator.pipelines;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** The topics that streams are read from; a user's own may have any number of partitions. */
record StreamTopics(KafkaClients kafka) {
  private static final long TIMEOUT_SECONDS = 10;

  /**
   * How many partitions each topic has.
   *
   * @throws IllegalStateException when the broker does not say, or a topic is missing
   */
  Map<String, Integer> partitions(Pipeline pipeline) {
    List<String> topics = pipeline.streams().values().stream().map(pipeline::topicOf).toList();
    try (Admin admin = kafka.admin()) {
      return admin
          .describeTopics(topics)
          .allTopicNames()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .collect(
              Collectors.toMap(
                  TopicDescription::name, description -> description.partitions().size()));
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the topics " + topics + " can't be described", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were described", e);
    }
  }
}
