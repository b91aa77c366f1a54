package io.millrace.messaging.streams;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers each stream thread's consumer, so that a processor can ask for its own lag, and its
 * share of the fault boundary; answers only on a stream thread.
 */
final class LagAwareClientSupplier extends DefaultKafkaClientSupplier implements PartitionLag {
  private static final Logger LOG = LoggerFactory.getLogger(LagAwareClientSupplier.class);
  private static final String CONSUMER = "-consumer";
  private static final String PRODUCER = "-producer";
  private static final String NETWORK_THREAD = KafkaProducer.NETWORK_THREAD_PREFIX + " | ";
  private static final ListOffsetsOptions ALL =
      new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(1000);

  private static final int TOPICS_MS = 5_000;

  private final FaultBoundary boundary;
  private final Map<String, DeliveryAwareConsumer> byThread = new ConcurrentHashMap<>();
  private final Map<String, ThreadFaults> faultsByThread = new ConcurrentHashMap<>();
  private volatile @Nullable Admin admin;
  private final Map<String, StateChecks.Check> checks;
  private final java.util.function.Consumer<RuntimeException> restoreFailed;

  /**
   * @param checks by the name of a changelog
   * @param restoreFailed told why a thread does not go on to restore
   */
  LagAwareClientSupplier(
      FaultBoundary boundary,
      Map<String, StateChecks.Check> checks,
      java.util.function.Consumer<RuntimeException> restoreFailed) {
    this.boundary = boundary;
    this.checks = checks;
    this.restoreFailed = restoreFailed;
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new CheckedRestoreConsumer(config, checks, restoreFailed);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    String thread = thread(config, CONSUMER);
    if (thread == null) {
      return super.getConsumer(config);
    }
    DeliveryAwareConsumer consumer = new DeliveryAwareConsumer(config, faults(thread));
    byThread.put(thread, consumer);
    return consumer;
  }

  /** Also asked where partitions end: on a consumer's connection a question waits for its fetch. */
  @Override
  public Admin getAdmin(Map<String, Object> config) {
    Admin fresh = super.getAdmin(config);
    admin = fresh;
    return fresh;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    String thread = thread(config, PRODUCER);
    if (thread == null) {
      return super.getProducer(config);
    }
    ThreadFaults faults = faults(thread);
    GuardedProducer producer = new GuardedProducer(config, faults);
    faults.writesThrough(producer);
    return producer;
  }

  private static @Nullable String thread(Map<String, Object> config, String suffix) {
    String client = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
    return client.endsWith(suffix) ? client.substring(0, client.length() - suffix.length()) : null;
  }

  private ThreadFaults faults(String thread) {
    return faultsByThread.computeIfAbsent(thread, unused -> new ThreadFaults(boundary));
  }

  /** Those of the stream thread that asks; empty on any other thread. */
  Optional<ThreadFaults> faults() {
    return Optional.ofNullable(faultsByThread.get(Thread.currentThread().getName()));
  }

  /** Those of the stream thread that asks, or that the producer writes for whose thread it is. */
  Optional<ThreadFaults> faultsOfWriter() {
    String name = Thread.currentThread().getName();
    return Optional.ofNullable(
        faultsByThread.get(
            name.startsWith(NETWORK_THREAD) && name.endsWith(PRODUCER)
                ? name.substring(NETWORK_THREAD.length(), name.length() - PRODUCER.length())
                : name));
  }

  @Override
  public OptionalLong lag(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    if (consumer == null || !consumer.assignment().contains(partition)) {
      return OptionalLong.empty();
    }
    return consumer.currentLag(partition);
  }

  @Override
  public OptionalLong position(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    if (consumer == null || !consumer.assignment().contains(partition)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(consumer.position(partition));
  }

  @Override
  public Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
    Admin current = admin;
    if (current == null) {
      return Map.of();
    }
    ListOffsetsResult answers = current.listOffsets(latest(partitions), ALL);
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (TopicPartition partition : partitions) {
      end(answers, partition).ifPresent(end -> ends.put(partition, end));
    }
    return ends;
  }

  private static OptionalLong end(ListOffsetsResult answers, TopicPartition partition) {
    try {
      return OptionalLong.of(answers.partitionResult(partition).get().offset());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        LOG.debug("partition={} its broker does not say where it ends", partition, e);
        return OptionalLong.empty();
      }
      throw new KafkaException("the end of " + partition + " is not told", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Of the topics that a topology reads and does not make, those that are not there, as it says.
   */
  List<String> missing(Topology topology) {
    Admin current = admin;
    if (current == null) {
      return List.of();
    }
    Set<String> read = new HashSet<>();
    Set<String> written = new HashSet<>();
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        switch (node) {
          case TopologyDescription.Source source -> read.addAll(source.topicSet());
          case TopologyDescription.Sink sink -> written.add(String.valueOf(sink.topic()));
          default -> {}
        }
      }
    }
    read.removeAll(written);
    return current
        .describeTopics(read, new DescribeTopicsOptions().timeoutMs(TOPICS_MS))
        .topicNameValues()
        .entrySet()
        .stream()
        .filter(topic -> isMissing(topic.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean isMissing(KafkaFuture<TopicDescription> topic) {
    try {
      topic.get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static Map<TopicPartition, OffsetSpec> latest(Set<TopicPartition> partitions) {
    return partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
  }

  @Override
  public OptionalLong delivered(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    return consumer == null ? OptionalLong.empty() : consumer.delivered(partition);
  }
}
