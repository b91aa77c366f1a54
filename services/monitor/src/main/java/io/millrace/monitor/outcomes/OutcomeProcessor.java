package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.streams.StateChecks;
import io.millrace.messaging.streams.StoreForm;
import io.millrace.messaging.streams.StoreSection;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.windows.JudgeMessage;
import io.millrace.monitor.windows.JudgeMessage.Source;
import io.millrace.monitor.windows.Tally;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Joins a partition's predictions and labels, and tells the judge what it has counted. What it says
 * of event time stands behind the counts that it speaks of.
 */
public final class OutcomeProcessor
    implements Processor<String, OutcomeProcessor.Event, String, MonitorOutput> {
  /** All that a task keeps. */
  public static final String OUTCOMES = "outcomes";

  /** What waits for the other, by when nothing comes of it any more. */
  public static final String EXPIRING = "expiring";

  public static final StoreSection<String, Long> COUNTS =
      new StoreSection<>('c', Serdes.String(), Serdes.Long());
  private static final StoreSection<String, byte[]> PENDING =
      new StoreSection<>('p', Serdes.String(), Serdes.ByteArray());
  private static final StoreSection<Bytes, byte[]> CELLS =
      new StoreSection<>('w', Serdes.Bytes(), Serdes.ByteArray());
  private static final StoreSection<String, byte[]> MARKS =
      new StoreSection<>('m', Serdes.String(), Serdes.ByteArray());

  /** 2: numbers in cells that follow their spread. 3: labels wait as they came. */
  private static final StoreForm FORM = new StoreForm((byte) 3);

  private static final String LENGTH = "window-length";
  private static final String SOURCES = "sources";
  private static final Duration TELLING = Duration.ofSeconds(1);
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** A record of one of the two topics; a null value is a watermark. */
  public record Event(Source source, byte @Nullable [] value) {}

  /** What its stores hold. */
  public static StateChecks states() {
    return new StateChecks(
        Map.of(
            OUTCOMES,
            StateChecks.sections(
                FORM,
                Map.of(
                    COUNTS,
                    StateChecks.LONG,
                    PENDING,
                    Pending::fromBytes,
                    CELLS,
                    StateChecks.ANY,
                    MARKS,
                    StateChecks.ANY))));
  }

  private final OutcomePlan plan;
  private final RecordEncoder encoder;
  private final CloudEvents envelope;
  private ProcessorContext<String, MonitorOutput> context;
  private KeyValueStore<String, byte[]> marks;
  private StoredCells cells;
  private OutcomeJoiner joiner;
  private Watermarks watermarks = new Watermarks();
  private Set<Source> untold = EnumSet.allOf(Source.class);
  private boolean begun;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  public OutcomeProcessor(OutcomePlan plan) {
    this.plan = plan;
    this.encoder = plan.outcomeWriter();
    this.envelope = plan.envelope();
  }

  @Override
  public void init(ProcessorContext<String, MonitorOutput> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> store = context.getStateStore(OUTCOMES);
    FORM.keep(context, store);
    this.marks = MARKS.of(store);
    this.cells = new StoredCells(CELLS.of(store));
    this.begun = false; // a revived task is initialised again
    this.joiner =
        new OutcomeJoiner(
            plan,
            PENDING.of(store),
            new DueIndex(context.getStateStore(EXPIRING)),
            new Tally(cells, plan.kind()),
            new TaskCounts(COUNTS.of(store)));
    joiner.index();
    byte[] saved = marks.get(SOURCES);
    this.watermarks = saved == null ? new Watermarks() : Watermarks.fromBytes(saved);
    this.untold = EnumSet.allOf(Source.class);
    joiner.passed(watermarks.combined());
    context.schedule(TELLING, PunctuationType.WALL_CLOCK_TIME, now -> tell());
    context.schedule(TELLING, PunctuationType.WALL_CLOCK_TIME, now -> joiner.expire());
    context.schedule(SETTLING, PunctuationType.WALL_CLOCK_TIME, now -> dropSettled());
  }

  @Override
  public void process(Record<String, Event> record) {
    begin();
    Source source = record.value().source();
    byte[] value = record.value().value();
    if (value == null) {
      Optional<Mark> mark = MarkHeaders.read(record.headers());
      if (mark.isEmpty()) {
        skip(ErrorCode.NO_VALUE, "neither a value nor a watermark");
      } else {
        accept(source, mark.get());
      }
      return;
    }
    if (record.key() == null) {
      skip(ErrorCode.NO_ID, "a record without a key");
      return;
    }
    Decoded<Optional<Outcome>> outcome =
        switch (source) {
          case PREDICTIONS ->
              joiner.prediction(
                  record.key(), value, VersionHeader.read(record.headers()).orElse(0));
          case LABELS -> joiner.label(record.key(), value);
        };
    switch (outcome) {
      case Decoded.Value<Optional<Outcome>> joined -> joined.value().ifPresent(this::send);
      case Decoded.Failed<Optional<Outcome>> failed -> skip(failed.code(), failed.message());
    }
  }

  private void skip(ErrorCode code, String message) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    SkippedRecords.skip(place.topic(), place.partition(), place.offset(), code, message);
  }

  /**
   * Begins anew where windows have another length. Stores with a changelog can't be written in
   * init.
   */
  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    byte[] length = Long.toString(plan.windows().micros()).getBytes(US_ASCII);
    byte[] before = marks.get(LENGTH);
    if (before != null && !Arrays.equals(before, length)) {
      cells.windows().forEach(cells::drop);
    }
    marks.put(LENGTH, length);
  }

  private void accept(Source source, Mark mark) {
    int sources = Source.values().length;
    switch (mark) {
      case Mark.Passed passed ->
          watermarks.passed(source.ordinal(), sources, passed.micros(), passed.round());
      case Mark.Idle idle -> watermarks.idle(source.ordinal(), sources, idle.cut(), idle.round());
    }
    marks.put(SOURCES, watermarks.toBytes());
    untold.add(source);
    joiner.passed(watermarks.combined());
  }

  private void send(Outcome outcome) {
    RecordHeaders headers = new RecordHeaders();
    envelope.set(
        headers,
        outcome.getExampleId(),
        ChronoUnit.MICROS.between(Instant.EPOCH, outcome.getTime()));
    context.forward(
        new Record<>(
            outcome.getExampleId(),
            new MonitorOutput.Joined(encoder.encode(outcome)),
            context.currentSystemTimeMs(),
            headers));
  }

  private void tell() {
    begin();
    int partition = context.taskId().partition();
    List<StoredCells.Snapshot> changed = cells.takeChanged();
    for (StoredCells.Snapshot s : changed) {
      tell(new JudgeMessage.Snapshot(partition, s.window(), s.group(), s.cells()));
    }
    for (Source source : untold) {
      watermarks.last(source.ordinal()).ifPresent(mark -> tell(source, partition, mark));
    }
    untold.clear();
  }

  private void tell(Source source, int partition, Mark mark) {
    tell(
        switch (mark) {
          case Mark.Passed passed ->
              new JudgeMessage.Passed(source, partition, plan.partitions(), passed.micros());
          case Mark.Idle idle ->
              new JudgeMessage.Idle(source, partition, plan.partitions(), idle.cut());
        });
  }

  private void tell(JudgeMessage message) {
    context.forward(
        new Record<>(
            "judge", new MonitorOutput.ToJudge(message.toBytes()), context.currentSystemTimeMs()));
  }

  private void dropSettled() {
    long watermark = watermarks.combined();
    if (watermark == Watermarks.NONE) {
      return;
    }
    tell(); // the last word on them
    for (long window : cells.windows()) {
      if (plan.closing().isSettled(window, watermark)) {
        cells.drop(window);
      }
    }
  }
}
