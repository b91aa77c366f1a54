package io.millrace.validator.topology;

import io.micrometer.core.instrument.Counter;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.streams.KeptRecords;
import io.millrace.messaging.streams.OutdatedTopologyException;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.validator.checks.NotInFuture;
import io.millrace.validator.checks.Violation;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.messages.Checked;
import io.millrace.validator.messages.Held;
import io.millrace.validator.messages.Origin;
import io.millrace.validator.messages.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Reads, checks and re-keys the records of all streams, and tells how far each has come.
 *
 * <p>A record whose schema can't be had because the registry is away waits in a store while the
 * others go on; its stream's clock waits with it.
 */
@SuppressWarnings("NullAway.Init") // fields are set by init, before any record
final class CheckProcessor extends ContextualProcessor<byte[], byte[], byte[], Checked> {
  private static final Duration SHORTEST_TICK = Duration.ofMillis(100);
  private static final String NO_SCHEMA =
      "the value's schema is not known here, and the registry is away";
  private static final Duration TICK_PER_PARTITION = Duration.ofMillis(5);

  private final ValidatorPlan plan;
  private final Map<String, Source> sources = new HashMap<>();
  private Tally tally;
  private CheckOutput output;
  private KeptRecords kept;

  CheckProcessor(ValidatorPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<byte[], Checked> context) {
    super.init(context);
    KeyValueStore<Bytes, byte[]> store = context.getStateStore(ValidatorTopology.CHECKS);
    ValidatorTopology.FORM.keep(context, store);
    tally = new Tally(ValidatorTopology.COUNTS.of(store), plan.meters(), plan.pipeline());
    output = new CheckOutput(context, tally, plan.clock());
    kept = KeptRecords.of(context);
    int partition = context.taskId().partition();
    sources.clear(); // a revived task is initialised a second time, from what was committed
    for (Input input : plan.inputs()) {
      if (partition < input.sources()) {
        sources.put(
            input.topic(),
            new Source(
                input,
                partition,
                plan.reader(input),
                new WaitingRecords(input.index(), ValidatorTopology.WAITING.of(store)),
                new HeldRecords(
                    input.index(), ValidatorTopology.HELD.of(store), tally, input.ahead()),
                ValidatorTopology.CLOCKS.of(store)));
      }
    }
    Duration tick = TICK_PER_PARTITION.multipliedBy(plan.partitions());
    context.schedule(
        tick.compareTo(SHORTEST_TICK) > 0 ? tick : SHORTEST_TICK,
        PunctuationType.WALL_CLOCK_TIME,
        now -> sources.values().forEach(source -> tick(source, now)));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    Source source = source(place.topic());
    output.tell(source, source.read(place.offset(), record.timestamp()), record.timestamp());
    if (record.value() == null) {
      Optional<Mark> mark = MarkHeaders.read(record.headers());
      if (mark.isPresent()) {
        pass(source, mark.get(), record.timestamp());
        return;
      }
    }
    tally.add(source.input().records());
    if (!source.isPlaced(record.key())) {
      tally.add(source.input().misplaced());
    }
    Fitting fitting = Fitting.of(record);
    Origin origin = new Origin(place.partition(), place.offset(), fitting.record().key());
    if (!fitting.violations().isEmpty()) {
      output.refuse(source, fitting.record(), origin, fitting.violations());
    } else if (record.value() == null) {
      output.refuse(
          source,
          record,
          origin,
          Violation.ofRecord(ErrorCode.NO_VALUE, "the record has neither a value nor a watermark"));
    } else {
      judge(source, record, origin);
      if (!source.held().isEmpty()) {
        settle(source);
      }
    }
  }

  private Source source(String topic) {
    Source source = sources.get(topic);
    if (source == null) {
      throw new OutdatedTopologyException(topic + " has more partitions than when this started");
    }
    return source;
  }

  /** Takes a watermark, unless it tells of a time whose events are refused. */
  private void pass(Source source, Mark mark, long timestamp) {
    switch (mark) {
      case Mark.Idle idle -> {}
      case Mark.Passed passed -> {
        if (NotInFuture.isInFuture(passed.micros(), plan.clock())) {
          futureMarks(source.input()).increment();
        } else {
          source
              .farAhead()
              .passed(passed.micros(), source.appended(timestamp, plan.clock().millis()));
          output.tell(source, source.holdBehind(passed.micros()), timestamp);
          settle(source);
          output.tell(source, source.clock().mark(passed.micros()), timestamp);
        }
      }
    }
  }

  private Counter futureMarks(Input input) {
    return plan.meters()
        .counter(
            "millrace.validator.marks.future",
            "pipeline",
            plan.pipeline(),
            "stream",
            input.stream().name());
  }

  private void judge(Source source, Record<byte[], byte[]> record, Origin origin) {
    EventReader.Reading reading;
    try {
      reading = source.reader().read(record.value());
    } catch (RegistryUnavailableException e) {
      if (plan.registry().isPatienceOver()) {
        output.refuse(
            source, record, origin, Violation.ofRecord(ErrorCode.REGISTRY_UNAVAILABLE, NO_SCHEMA));
      } else {
        source.waiting().add(new Waiting(origin, record.headers(), record.value()));
        output.tell(source, source.clock().hold(), record.timestamp());
      }
      return;
    }
    output.forward(source, record, origin, reading);
  }

  private void tick(Source source, long now) {
    if (!source.waiting().isEmpty()) {
      source.waiting().retry(waiting -> readAgain(source, waiting, now));
    }
    OptionalLong drainedAt = source.drainedAt(plan.lag());
    settle(source);
    if (!source.held().isEmpty()) {
      if (drainedAt.isPresent()) {
        source
            .held()
            .expired(plan.clock().millis(), source.farAhead())
            .forEach(held -> release(source, held, event -> refuseAhead(source, held, event)));
      }
      drainedAt = OptionalLong.empty(); // it may be about to go on
    }
    output.tell(source, source.clock().tick(drainedAt), now);
  }

  /** Sends on what is believed of the events that are held, and goes on telling times then. */
  private void settle(Source source) {
    if (source.held().mayBeBelieved(source.farAhead())) {
      source
          .held()
          .believed(source.farAhead())
          .forEach(held -> release(source, held, event -> believe(source, held, event)));
    }
    source.goOn();
    source.save();
  }

  private void believe(Source source, Held held, EventReader.Reading.Event event) {
    output.believe(source, record(held), held.record().origin(), event);
  }

  private void refuseAhead(Source source, Held held, EventReader.Reading.Event event) {
    output.refuseAhead(source, record(held), held.record().origin(), event);
  }

  private static Record<byte[], byte[]> record(Held held) {
    Waiting waiting = held.record();
    return new Record<>(
        waiting.origin().key(), waiting.value(), held.appended(), waiting.headers());
  }

  /** An event that was held finds its way, unless its schema can't be had just now. */
  private void release(Source source, Held held, Consumer<EventReader.Reading.Event> way) {
    Record<byte[], byte[]> record = record(held);
    Origin origin = held.record().origin();
    if (isThrough(
        source,
        record,
        origin,
        reading -> {
          switch (reading) {
            case EventReader.Reading.Unreadable unreadable ->
                output.refuse(source, record, origin, unreadable.violation());
            case EventReader.Reading.Event event -> way.accept(event);
          }
        })) {
      source.held().remove(held);
    }
  }

  private boolean readAgain(Source source, Waiting waiting, long now) {
    Origin origin = waiting.origin();
    Record<byte[], byte[]> record =
        new Record<>(origin.key(), waiting.value(), now, waiting.headers());
    return isThrough(
        source, record, origin, reading -> output.forward(source, record, origin, reading));
  }

  /**
   * Whether a record that was kept has found its way, be it out of patience, or for its failure.
   */
  private boolean isThrough(
      Source source,
      Record<byte[], byte[]> record,
      Origin origin,
      Consumer<EventReader.Reading> way) {
    return kept.process(
        new Place(source.input().topic(), origin.partition(), origin.offset()),
        () -> {
          try {
            way.accept(source.reader().read(record.value()));
            return true;
          } catch (RegistryUnavailableException e) {
            boolean isOver = plan.registry().isPatienceOver();
            if (isOver) {
              output.refuse(
                  source,
                  record,
                  origin,
                  Violation.ofRecord(ErrorCode.REGISTRY_UNAVAILABLE, NO_SCHEMA));
            }
            return isOver;
          }
        },
        failure ->
            output.refuse(
                source, record, origin, Violation.ofRecord(failure.code(), failure.message())));
  }
}
