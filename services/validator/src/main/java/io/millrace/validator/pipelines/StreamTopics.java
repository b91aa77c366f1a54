package io.millrace.validator.pipelines;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/**
 * The topics that streams are read from; a user's own may have any number of partitions, and get
 * more of them.
 */
public record StreamTopics(KafkaClients kafka) {
  private static final long TIMEOUT_SECONDS = 10;

  /**
   * How many partitions each topic has.
   *
   * @throws UnknownTopicOrPartitionException when a topic is missing
   * @throws IllegalStateException when the broker does not say
   */
  public Map<String, Integer> partitions(Pipeline pipeline) {
    List<String> topics = pipeline.streams().values().stream().map(pipeline::topicOf).toList();
    Map<String, Integer> partitions = new HashMap<>();
    Set<String> missing = new TreeSet<>();
    try (Admin admin = kafka.admin()) {
      for (var topic : admin.describeTopics(topics).topicNameValues().entrySet()) {
        try {
          partitions.put(topic.getKey(), size(get(topic.getValue())));
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw e;
          }
          missing.add(topic.getKey());
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the topics " + topics + " can't be described", e);
    }
    if (!missing.isEmpty()) {
      throw new UnknownTopicOrPartitionException("there is no topic " + String.join(", ", missing));
    }
    return partitions;
  }

  /**
   * Follows streams whose topics have more partitions than before: Kafka Streams refuses changelogs
   * with fewer. Task n keeps partition n of its changelogs, and the new ones are empty.
   *
   * @throws IllegalStateException when the broker does not do it
   */
  public void growChangelogs(
      String application, Topology topology, Map<String, Integer> partitions) {
    Set<String> changelogs =
        topology.describe().subtopologies().stream()
            .filter(part -> readsAny(part, partitions.keySet()))
            .flatMap(part -> part.nodes().stream())
            .filter(TopologyDescription.Processor.class::isInstance)
            .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream())
            .map(store -> application + "-" + store + "-changelog")
            .collect(Collectors.toSet());
    int wanted = Collections.max(partitions.values());
    try (Admin admin = kafka.admin()) {
      changelogs.retainAll(get(admin.listTopics().names()));
      Map<String, NewPartitions> grown = new HashMap<>();
      get(admin.describeTopics(changelogs).allTopicNames())
          .forEach(
              (name, topic) -> {
                if (size(topic) < wanted) {
                  grown.put(name, NewPartitions.increaseTo(wanted));
                }
              });
      get(admin.createPartitions(grown).all());
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the changelogs " + changelogs + " can't be grown", e);
    }
  }

  private static boolean readsAny(TopologyDescription.Subtopology subtopology, Set<String> topics) {
    return subtopology.nodes().stream()
        .anyMatch(
            node ->
                node instanceof TopologyDescription.Source source
                    && source.topicSet() != null
                    && source.topicSet().stream().anyMatch(topics::contains));
  }

  private static int size(TopicDescription topic) {
    return topic.partitions().size();
  }

  private static <T> T get(KafkaFuture<T> answer) throws ExecutionException, TimeoutException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was asked", e);
    }
  }
}
