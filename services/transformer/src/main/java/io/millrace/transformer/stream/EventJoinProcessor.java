package io.millrace.transformer.stream;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.transformer.stream.TaskCounts.Count;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Joins examples and labels, and tells every entity task how far both have come, and the readers of
 * the vectors how far these have. The order within a partition carries the promise: a watermark
 * stands behind the events that it speaks of.
 */
final class EventJoinProcessor
    implements Processor<String, EventJoinProcessor.Event, String, Output> {
  private static final String KEY = "sources";
  private static final Duration EXPIRY_INTERVAL = Duration.ofSeconds(1);
  private static final Duration VECTORS_INTERVAL = Duration.ofMillis(100);
  private static final Duration FILL_INTERVAL = Duration.ofMillis(100);

  /** The two sources of event time. */
  enum Source {
    EXAMPLES,
    LABELS
  }

  /** A record of one of the two topics; a null value is a watermark. */
  record Event(Source source, byte @org.jspecify.annotations.Nullable [] value) {}

  private final JoinPlan plan;
  private final History history;
  private ProcessorContext<String, Output> context;
  private Joiner joiner;
  private VectorClock vectors;
  private TaskCounts counts;
  private KeyValueStore<String, byte[]> store;
  private CarriedSeries carried;
  private ArrivedTimes exampleTimes;
  private ArrivedTimes labelTimes;
  private Backfill backfill;
  private Watermarks watermarks = new Watermarks();
  private boolean askedAgain;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  EventJoinProcessor(JoinPlan plan, History history) {
    this.plan = plan;
    this.history = history;
  }

  @Override
  public void init(ProcessorContext<String, Output> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> ids = context.getStateStore(TransformerTopology.IDS);
    TransformerTopology.FORM.keep(context, ids);
    this.store = TransformerTopology.EVENT_WATERMARKS.of(ids);
    byte[] saved = store.get(KEY);
    watermarks = saved == null ? new Watermarks() : Watermarks.fromBytes(saved);
    this.exampleTimes = arrivedTimes(Source.EXAMPLES, "example");
    this.labelTimes = arrivedTimes(Source.LABELS, "label");
    int partition = context.taskId().partition();
    this.carried = new CarriedSeries(plan, store, partition, labelTimes.latest());
    this.askedAgain = false; // a revived task is initialised again
    this.counts = new TaskCounts(TransformerTopology.COUNTS.of(ids));
    KeyValueStore<String, byte[]> pending = TransformerTopology.PENDING.of(ids);
    DueIndex gathering = new DueIndex(context.getStateStore(TransformerTopology.GATHERING));
    this.vectors = new VectorClock(store, gathering);
    Joiner.Sink outputs = Outputs.to(context, plan.name());
    this.joiner =
        new Joiner(
            plan,
            pending,
            gathering,
            new DueIndex(context.getStateStore(TransformerTopology.EXPIRING)),
            counts,
            outputs);
    joiner.index();
    this.backfill =
        new Backfill(
            plan,
            store,
            history,
            partition,
            context.stateDir().toPath().resolve("back-fill"),
            exampleTimes,
            labelTimes,
            outputs);
    context.schedule(EXPIRY_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> expire());
    context.schedule(VECTORS_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> tellVectors());
    context.schedule(FILL_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> fill());
    // Forwarding is not allowed in init: the first punctuation asks.
    context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, now -> askAgainOnce());
  }

  /**
   * How late its events were; of an older form it is known how far their time had passed when the
   * task was stopped.
   */
  private ArrivedTimes arrivedTimes(Source source, String name) {
    long passed = watermarks.passed(source.ordinal());
    return new ArrivedTimes(
        store,
        name,
        passed <= Watermarks.BEGINNING ? Long.MIN_VALUE : passed + plan.latenessMicros());
  }

  private void askAgainOnce() {
    tellCarried();
    if (!askedAgain) {
      askedAgain = true;
      joiner.askAgain();
    }
  }

  private void tellCarried() {
    carried
        .tell()
        .ifPresent(
            carries -> {
              broadcast(carries);
              backfill.begin(carried.anew());
              carried.anew().clear();
            });
  }

  private void fill() {
    tellCarried();
    backfill
        .sendSome()
        .ifPresent(
            lackingTo -> {
              carried.fill(lackingTo);
              tellCarried();
            });
  }

  @Override
  public void close() {
    backfill.close();
  }

  @Override
  public void process(Record<String, Event> record) {
    tellCarried();
    RecordMetadata place = context.recordMetadata().orElseThrow();
    backfill.at(record.value().source(), place.offset());
    byte[] value = record.value().value();
    if (value == null) {
      mark(record);
      return;
    }
    String id = record.key();
    if (id == null) {
      skip(ErrorCode.NO_ID, "a record without a key");
      return;
    }
    if (Limit.KEY_FIELD_CHARACTERS.isExceededBy(id.length())) {
      skip(
          ErrorCode.STRING_TOO_LONG,
          "a key of " + Limit.KEY_FIELD_CHARACTERS.exceededBy(id.length()));
      return;
    }
    Source source = record.value().source();
    Decoded<GenericRecord> decoded =
        switch (source) {
          case EXAMPLES -> joiner.decodeExample(value);
          case LABELS -> joiner.decodeLabel(value);
        };
    switch (decoded) {
      case Decoded.Failed<GenericRecord> failed -> skip(failed.code(), failed.message());
      case Decoded.Value<GenericRecord>(GenericRecord event, int schema) -> {
        long time =
            switch (source) {
              case EXAMPLES -> joiner.example(id, value, event);
              case LABELS -> joiner.label(id, value, event);
            };
        (source == Source.LABELS ? labelTimes : exampleTimes)
            .take(place.offset(), time, record.timestamp());
        count(time);
      }
    }
  }

  private void count(long time) {
    long passed = watermarks.combined();
    if (time <= passed) {
      counts.add(Count.LATE);
      if (time < passed - plan.latenessMicros()) {
        counts.add(Count.BEHIND_CLOCK);
        plan.behindClock().increment();
      }
    }
  }

  private void skip(ErrorCode code, String message) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    SkippedRecords.skip(place.topic(), place.partition(), place.offset(), code, message);
  }

  private void mark(Record<String, Event> record) {
    Optional<Mark> read = MarkHeaders.read(record.headers());
    if (read.isEmpty()) {
      skip(ErrorCode.NO_VALUE, "neither a value nor a watermark");
      return;
    }
    Mark mark = read.get();
    int source = record.value().source().ordinal();
    int sources = Source.values().length;
    long before = watermarks.combined();
    long cutBefore = watermarks.cut();
    boolean idleBefore = watermarks.allIdle();
    switch (mark) {
      case Mark.Passed passed ->
          watermarks.passed(source, sources, passed.micros(), passed.round());
      case Mark.Idle idle -> watermarks.idle(source, sources, idle.cut(), idle.round());
    }
    store.put(KEY, watermarks.toBytes());
    if (record.value().source() == Source.EXAMPLES) {
      vectors.examples(mark);
      tellVectors();
    }
    if (watermarks.allIdle()) {
      if (!idleBefore || watermarks.cut() != cutBefore) {
        broadcast(
            new EntityMessage.Idle(
                context.taskId().partition(), plan.partitions(), watermarks.cut()));
      }
    } else if (watermarks.combined() > before || idleBefore) {
      broadcast(
          new EntityMessage.Passed(
              context.taskId().partition(), plan.partitions(), watermarks.awake()));
    }
  }

  /** Into this task's own partition, behind the vectors that are spoken of. */
  private void tellVectors() {
    vectors
        .next()
        .ifPresent(
            mark -> {
              RecordHeaders headers = new RecordHeaders();
              MarkHeaders.add(headers, mark);
              context.forward(
                  new Record<>(
                      Integer.toString(context.taskId().partition()),
                      new Output.VectorsMark(),
                      context.currentSystemTimeMs(),
                      headers));
            });
  }

  private void broadcast(EntityMessage message) {
    if (!plan.entities().isEmpty()) {
      context.forward(
          new Record<>("", new Output.ToEntity(message.toBytes()), context.currentSystemTimeMs()));
    }
  }

  private void expire() {
    long watermark = watermarks.combined();
    if (watermark != Watermarks.NONE) {
      joiner.expire(watermark);
    }
  }
}
