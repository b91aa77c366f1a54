package io.millrace.ingest.removal;

import io.millrace.messaging.clients.KafkaClients;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicIdException;

/** A pipeline's topics and groups, as the broker has them; every method asks it anew. */
record BrokerSide(KafkaClients kafka, Belongings belongings) {

  /** The ids of its topics, by name. */
  SortedMap<String, Uuid> topics() {
    try (Admin admin = kafka.admin()) {
      SortedMap<String, Uuid> topics = new TreeMap<>();
      get(admin.listTopics().listings()).stream()
          .filter(topic -> belongings.hasTopic(topic.name()))
          .forEach(topic -> topics.put(topic.name(), topic.topicId()));
      return topics;
    }
  }

  /** By id: one of the same name that was made meanwhile is another. */
  void deleteTopics(Collection<Uuid> ids) {
    try (Admin admin = kafka.admin()) {
      for (KafkaFuture<Void> deleted :
          admin.deleteTopics(TopicCollection.ofTopicIds(ids)).topicIdValues().values()) {
        try {
          get(deleted);
        } catch (UnknownTopicIdException e) {
          continue; // somebody else was quicker
        }
      }
    }
  }

  /** Those of its groups that there are. */
  SortedSet<String> groups() {
    SortedSet<String> there = new TreeSet<>();
    described().forEach((group, description) -> there.add(group));
    return there;
  }

  /** Who still reads for it, by group: its clients. */
  SortedMap<String, Set<String>> members() {
    SortedMap<String, Set<String>> members = new TreeMap<>();
    described()
        .forEach(
            (group, description) -> {
              if (!description.members().isEmpty()) {
                members.put(
                    group,
                    description.members().stream()
                        .map(member -> member.groupInstanceId().orElse(member.clientId()))
                        .collect(Collectors.toCollection(TreeSet::new)));
              }
            });
    return members;
  }

  private Map<String, ConsumerGroupDescription> described() {
    Map<String, ConsumerGroupDescription> there = new TreeMap<>();
    try (Admin admin = kafka.admin()) {
      admin
          .describeConsumerGroups(belongings.groups())
          .describedGroups()
          .forEach(
              (group, description) -> {
                try {
                  there.put(group, get(description));
                } catch (GroupIdNotFoundException e) {
                  // it never read anything
                }
              });
    }
    return there;
  }

  /** Those that have no members; one that has any is refused. */
  void deleteGroups(Collection<String> groups) {
    try (Admin admin = kafka.admin()) {
      for (KafkaFuture<Void> deleted :
          admin.deleteConsumerGroups(groups).deletedGroups().values()) {
        try {
          get(deleted);
        } catch (GroupIdNotFoundException e) {
          continue; // somebody else was quicker
        }
      }
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
