package io.millrace.transformer.online;

import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.Source;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.features.online.WriteOutcome;
import io.millrace.features.online.WriteOutcome.NotFilled;
import io.millrace.features.online.WriteOutcome.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries records from one consumer into the store; offsets are committed once the store has them.
 * While the store is away the consumer stays in its group, paused at what it could not write.
 */
final class FeatureSession {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureSession.class);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final String pipeline;
  private final String log;
  private final Consumer<byte[], byte[]> consumer;
  private final OnlineStore store;
  private final WriterMetrics metrics;
  private final InstantSource clock;
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private boolean storeAway;
  private Instant retryAt = Instant.MIN;
  private Instant checkAt = Instant.MIN;

  private record Pending(
      FeatureBatch batch,
      long first,
      long next,
      CompletionStage<StoreAnswer<WriteOutcome>> answer) {}

  /**
   * @param log the id of the features topic
   */
  FeatureSession(
      String pipeline,
      String log,
      Consumer<byte[], byte[]> consumer,
      OnlineStore store,
      WriterMetrics metrics,
      InstantSource clock) {
    this.pipeline = pipeline;
    this.log = log;
    this.consumer = consumer;
    this.store = store;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Whether the store took what was last written to it. */
  boolean isStoreAway() {
    return storeAway;
  }

  /** Takes what has come, and looks after the store. */
  void handle(ConsumerRecords<byte[], byte[]> records) {
    if (storeAway && !clock.instant().isBefore(retryAt)) {
      storeAway = false;
      checkAt = Instant.MIN; // so that it is asked in this step, even if there is nothing to write
      consumer.resume(consumer.paused());
    }
    write(records);
    if (!storeAway && !clock.instant().isBefore(checkAt)) {
      checkAt = clock.instant().plus(CHECK);
      checkFilled();
      commitPastMarkers();
    }
    metrics.lag(
        consumer.assignment().stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum());
  }

  private void write(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, Pending> pending = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      pending.put(partition, send(partition, records.records(partition)));
    }
    Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
    pending.forEach(
        (partition, one) -> {
          switch (join(one.answer())) {
            case Answered<WriteOutcome>(Written unused) -> {
              metrics.written(one.batch());
              written.put(partition, new OffsetAndMetadata(one.next()));
            }
            case Answered<WriteOutcome>(NotFilled unused) -> fill(partition);
            case Unavailable<WriteOutcome>(String reason) -> {
              consumer.seek(partition, one.first());
              waitForStore(reason);
            }
          }
        });
    commit(written);
  }

  /** Panes first, so that a watermark never promises what is not there yet. */
  private Pending send(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    Source source = source(partition);
    FeatureBatch batch = FeatureBatch.of(records);
    CompletionStage<StoreAnswer<WriteOutcome>> answer = store.write(source, batch.writes());
    for (Map.Entry<Integer, Long> watermark : batch.watermarks().entrySet()) {
      answer =
          answer.thenCompose(
              before ->
                  before instanceof Answered<WriteOutcome>(Written unused)
                      ? store.writeWatermark(source, watermark.getKey(), watermark.getValue())
                      : CompletableFuture.completedStage(before));
    }
    return new Pending(batch, records.getFirst().offset(), records.getLast().offset() + 1, answer);
  }

  /** An emptied store is noticed also when nothing new comes. */
  private void checkFilled() {
    for (TopicPartition partition : Set.copyOf(consumer.assignment())) {
      switch (join(store.isFilled(source(partition)))) {
        case Answered<Boolean>(Boolean filled) -> {
          if (!filled) {
            fill(partition);
          }
        }
        case Unavailable<Boolean>(String reason) -> {
          waitForStore(reason);
          return;
        }
      }
    }
  }

  /**
   * All that came is written, so what stands before the position is. Behind the last record that is
   * a transaction's marker, which would look like lag for ever.
   */
  private void commitPastMarkers() {
    Map<TopicPartition, OffsetAndMetadata> behind = new HashMap<>();
    for (TopicPartition partition : storeAway ? Set.<TopicPartition>of() : consumer.assignment()) {
      long position = consumer.position(partition);
      if (position != committed.computeIfAbsent(partition, this::askCommitted)) {
        behind.put(partition, new OffsetAndMetadata(position));
      }
    }
    commit(behind);
  }

  private long askCommitted(TopicPartition partition) {
    OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? 0 : offset.offset();
  }

  /** The committed offset goes back first: a crash on the way must not leave a gap. */
  private void fill(TopicPartition partition) {
    long beginning = consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(beginning)));
    committed.put(partition, beginning);
    consumer.seek(partition, beginning);
    switch (join(store.beginFilling(source(partition)))) {
      case Answered<Boolean> unused -> {
        metrics.filling();
        LOG.info("pipeline={} partition={} fills Redis", pipeline, partition.partition());
      }
      case Unavailable<Boolean>(String reason) -> waitForStore(reason);
    }
  }

  private void waitForStore(String reason) {
    if (!storeAway) {
      LOG.warn("pipeline={} panes wait for Redis: {}", pipeline, reason);
      metrics.unavailable();
    }
    storeAway = true;
    retryAt = clock.instant().plus(RETRY);
    consumer.pause(consumer.assignment());
  }

  /** A commit that comes too late costs a repetition, which changes nothing. */
  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets);
      offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    } catch (CommitFailedException | RebalanceInProgressException e) {
      LOG.debug("pipeline={} partitions have moved before a commit", pipeline, e);
    }
  }

  private Source source(TopicPartition partition) {
    return new Source(pipeline, log, partition.partition());
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
