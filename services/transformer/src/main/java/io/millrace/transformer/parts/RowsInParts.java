package io.millrace.transformer.parts;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the rows that are there to be in parts. The newest matter most: a run that is asked for
 * because the world has changed must learn from what came since.
 *
 * @param cuts of the parts that are open in this process; those of others are cut in their time
 * @param patience it goes on with the parts there are when it takes longer
 */
public record RowsInParts(KafkaClients kafka, CutRequests cuts, Duration patience) {
  private static final Logger LOG = LoggerFactory.getLogger(RowsInParts.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final int LOOKS_BETWEEN_CUTS = 5;

  /**
   * Returns once all rows that stand in the topic now are in parts, or its patience ends.
   *
   * @throws KafkaException when Kafka does not answer
   */
  public void await(String pipeline) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (Admin admin = kafka.admin()) {
      Map<TopicPartition, Long> ends = ends(admin, DataTopic.ROWS.of(pipeline));
      for (int look = 0; !isCommitted(admin, PipelineGroup.partsId(pipeline), ends); look++) {
        if (look % LOOKS_BETWEEN_CUTS == 0) {
          cuts.ask(pipeline);
        }
        if (System.nanoTime() > deadline) {
          LOG.warn("pipeline={} rows are not in parts after {}; going without", pipeline, patience);
          return;
        }
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (ExecutionException e) {
      throw new KafkaException("where the rows of " + pipeline + " end", e.getCause());
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (TopicDescription rows :
          admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
        rows.partitions()
            .forEach(
                partition ->
                    latest.put(
                        new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
      }
      return admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static boolean isCommitted(Admin admin, String group, Map<TopicPartition, Long> ends)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata offset = committed.get(end.getKey());
              return (offset == null ? 0 : offset.offset()) >= end.getValue();
            });
  }
}
