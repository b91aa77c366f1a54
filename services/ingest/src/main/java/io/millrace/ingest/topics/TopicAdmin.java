package io.millrace.ingest.topics;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.topics.NewTopics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics, and keeps those that are there already as they should be. */
@ApplicationScoped
public class TopicAdmin {
  private final KafkaClients clients;
  private final Optional<Short> replicas;

  @Inject
  public TopicAdmin(KafkaClients clients, IngestSettings settings) {
    this.clients = clients;
    short factor = settings.ingest().replicationFactor();
    this.replicas = factor < 0 ? Optional.empty() : Optional.of(factor);
  }

  /**
   * How many partitions each of the topics has that exist.
   *
   * @throws KafkaException when the broker does not answer
   */
  public Map<String, Integer> partitions(Collection<String> names) {
    try (Admin admin = clients.admin()) {
      return partitions(admin, names);
    }
  }

  private static Map<String, Integer> partitions(Admin admin, Collection<String> names) {
    Map<String, Integer> found = new HashMap<>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, description) ->
                exists(description).ifPresent(topic -> found.put(name, topic.partitions().size())));
    return found;
  }

  /**
   * Makes the topics that are missing and sets the settings of the others, so that all of them take
   * records; can be repeated, as one that was made before this call may not take any yet.
   *
   * @throws KafkaException when the broker does not answer or refuses
   * @throws ProblemException when a name is another topic's but for dots and underscores, which the
   *     broker's metrics don't tell apart
   */
  public void ensure(List<TopicSpec> topics) {
    try (Admin admin = clients.admin()) {
      ensure(admin, topics);
    }
  }

  void ensure(Admin admin, List<TopicSpec> topics) {
    Map<String, KafkaFuture<Void>> made =
        admin
            .createTopics(
                topics.stream()
                    .map(
                        topic ->
                            new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas)
                                .configs(topic.settings()))
                    .toList())
            .values();
    Map<String, Integer> partitions = new HashMap<>();
    List<String> here = new ArrayList<>();
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (TopicSpec topic : topics) {
      partitions.put(topic.name(), topic.partitions());
      if (!isNew(made.get(topic.name()))) {
        here.add(topic.name());
        changes.put(
            new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
            topic.settings().entrySet().stream()
                .map(e -> new ConfigEntry(e.getKey(), e.getValue()))
                .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                .toList());
      }
    }
    await(admin.incrementalAlterConfigs(changes).all());
    partitions.putAll(partitions(admin, here)); // they may have others than are wanted now
    awaitLeaders(admin, partitions);
  }

  private static Optional<TopicDescription> exists(KafkaFuture<TopicDescription> description) {
    try {
      return Optional.of(await(description));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  private static boolean isNew(@org.jspecify.annotations.Nullable KafkaFuture<Void> made) {
    try {
      if (made != null) {
        await(made);
      }
      return made != null;
    } catch (TopicExistsException e) {
      return false;
    } catch (InvalidTopicException e) {
      throw new ProblemException(
          ErrorCode.NAME_COLLISION,
          e.getMessage() + "; give the stream or the pipeline another name");
    }
  }

  private static void awaitLeaders(Admin admin, Map<String, Integer> partitions) {
    try {
      NewTopics.awaitLeaders(admin, partitions);
    } catch (ExecutionException e) {
      throw cause(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static KafkaException cause(ExecutionException e) {
    return e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e);
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw cause(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
