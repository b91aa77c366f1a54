package io.millrace.transformer.parts;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.RecordFailedException;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.SkippedRecords;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Moves rows from their topic into parts. */
final class PartPump implements ConsumerLoop.Handler {
  private final String topic;
  private final int running;
  private final Supplier<Announcer> announcers;
  private final RowBuffers buffers;
  private final PartFiles files;
  private final PartMetrics metrics;
  private final BooleanSupplier cutNow;
  private final Handover handover;
  private final Clock clock;
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private boolean owns;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable Announcer announcer;

  /**
   * @param running the pipeline's version that made the rows that don't say it
   * @param cutNow whether somebody waits for the rows that are in no part yet
   * @param handover brings what else is to be said of the parts of its partitions
   */
  PartPump(
      String topic,
      int running,
      Supplier<Announcer> announcers,
      RowBuffers buffers,
      PartFiles files,
      PartMetrics metrics,
      BooleanSupplier cutNow,
      Handover handover,
      Clock clock) {
    this.topic = topic;
    this.running = running;
    this.announcers = announcers;
    this.buffers = buffers;
    this.files = files;
    this.metrics = metrics;
    this.cutNow = cutNow;
    this.handover = handover;
    this.clock = clock;
  }

  /** Forgets what is in no part yet and reads it again, once earlier transactions have ended. */
  @Override
  public void begin(Consumer<byte[], byte[]> current) throws IOException {
    if (consumer == null) {
      current.subscribe(List.of(topic), this);
    } else {
      metrics.retried();
    }
    consumer = current;
    files.clearSpool();
    Announcer fresh = announcers.get();
    announcer = fresh;
    fresh.begin();
    onPartitionsRevoked(current.assignment());
    ConsumerLoop.rewind(current)
        .forEach((partition, offset) -> committed.put(partition, offset.offset()));
  }

  @Override
  public void end() {
    disown();
    Announcer last = announcer;
    announcer = null;
    if (last != null) {
      last.close();
    }
  }

  /** Takes what has come and writes the parts that are due. */
  @Override
  public void handle(ConsumerRecords<byte[], byte[]> records) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() == null) {
        if (!isWatermark(record)) {
          SkippedRecords.skip(
              topic,
              record.partition(),
              record.offset(),
              ErrorCode.NO_VALUE,
              "neither a value nor a watermark");
        }
        continue;
      }
      int version = VersionHeader.read(record.headers()).orElse(running);
      buffers.add(
          record.partition(),
          new RowBatch.Row(record.offset(), record.value(), version),
          clock.instant());
    }
    Instant now = clock.instant();
    boolean awaited = cutNow.getAsBoolean();
    List<RowBatch> due =
        awaited ? buffers.cutAll(this::position) : buffers.cut(now, this::position);
    while (!due.isEmpty()) {
      write(due);
      due = buffers.cut(now, this::position);
    }
    if (awaited || buffers.idle(now)) {
      catchUp();
    }
    own();
    handover.next().ifPresent(this::say);
  }

  /** The committed offsets can be had once no transaction of a former owner is under way. */
  private void own() {
    if (!owns) {
      Consumer<byte[], byte[]> current = requireNonNull(consumer);
      Set<TopicPartition> partitions = current.assignment();
      current
          .committed(partitions)
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  committed.putIfAbsent(partition, offset.offset());
                }
              });
      handover.own(partitions.stream().map(TopicPartition::partition).collect(toSet()));
      owns = true;
    }
  }

  private void disown() {
    owns = false;
    handover.end();
  }

  /** With the offset that is committed already, so that it is refused when others have it now. */
  private void say(Handover.Waiting waiting) {
    Handover.Change change = waiting.change();
    TopicPartition partition = new TopicPartition(topic, change.partition());
    Long offset = committed.get(partition);
    boolean said = false;
    try {
      if (offset != null) {
        commit(change.written(), change.gone(), Map.of(partition, offset));
        said = true;
      }
    } finally {
      waiting.isSaid(said);
    }
  }

  private void write(List<RowBatch> due) throws IOException {
    List<PartWritten> parts = new ArrayList<>();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (RowBatch batch : due) {
      long start = System.nanoTime();
      try {
        parts.addAll(files.write(batch));
      } catch (IOException | RuntimeException e) {
        throw new RecordFailedException(
            new Place(topic, batch.partition(), batch.firstOffset()), e);
      }
      metrics.write().record(Duration.ofNanos(System.nanoTime() - start));
      offsets.put(new TopicPartition(topic, batch.partition()), batch.nextOffset());
    }
    commit(parts, List.of(), offsets);
    metrics.committed(parts);
  }

  /** Moves committed offsets over the transaction markers behind the last row. */
  private void catchUp() {
    Map<TopicPartition, Long> behind = new HashMap<>();
    committed.forEach(
        (partition, offset) -> {
          long position = position(partition.partition());
          if (position > offset && buffers.isEmpty(partition.partition())) {
            behind.put(partition, position);
          }
        });
    if (!behind.isEmpty()) {
      commit(List.of(), List.of(), behind);
    }
  }

  private void commit(
      List<PartWritten> parts, List<PartKey> gone, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    offsets.forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
    requireNonNull(announcer)
        .announce(parts, gone, positions, requireNonNull(consumer).groupMetadata());
    committed.putAll(offsets);
  }

  private long position(int partition) {
    return requireNonNull(consumer).position(new TopicPartition(topic, partition));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    disown();
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    disown();
    buffers.drop(partitions.stream().map(TopicPartition::partition).toList());
    committed.keySet().removeAll(partitions);
  }

  private static boolean isWatermark(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(MillraceHeaders.WATERMARK) != null;
  }
}
