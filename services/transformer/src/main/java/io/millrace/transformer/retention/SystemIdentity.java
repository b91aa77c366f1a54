package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.messaging.clients.KafkaClients;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What a system is known by: the ids of the topics in which stands what is needed. A broker gives
 * each topic that it makes an id of its own, so that no two systems have the same, and one whose
 * topics were lost and made anew is another.
 */
record SystemIdentity(KafkaClients kafka) implements Supplier<String> {
  private static final List<String> TOPICS =
      List.of(
          ControlTopic.PIPELINES.name(),
          ControlTopic.DATASETS.name(),
          ControlTopic.RUNS.name(),
          ControlTopic.MODELS.name());

  private static final int CHARACTERS = 16;

  /**
   * @throws KafkaException when the broker does not answer, or a topic is missing
   */
  @Override
  public String get() {
    try (Admin admin = kafka.admin()) {
      Map<String, TopicDescription> topics =
          new TreeMap<>(admin.describeTopics(TOPICS).allTopicNames().get());
      StringBuilder ids = new StringBuilder();
      topics.forEach((name, topic) -> ids.append(name).append(' ').append(topic.topicId()));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(ids.toString().getBytes(UTF_8));
      return KafkaNames.PREFIX + "-" + HexFormat.of().formatHex(hash).substring(0, CHARACTERS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
