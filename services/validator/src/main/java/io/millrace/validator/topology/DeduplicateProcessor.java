package io.millrace.validator.topology;

import io.micrometer.core.instrument.Counter;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.serde.WireFormat;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.validator.checks.Violation;
import io.millrace.validator.clocks.Signal;
import io.millrace.validator.clocks.TaskClock;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.duplicates.Arrival;
import io.millrace.validator.duplicates.ContentHash;
import io.millrace.validator.messages.Destination;
import io.millrace.validator.messages.Envelope;
import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.MessageSerde;
import io.millrace.validator.messages.Origin;
import io.millrace.validator.messages.Output;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Drops repeats, refuses conflicts, sends each event to its topic once, and writes the time that
 * all sources have passed into this task's own partition of that topic.
 */
@SuppressWarnings("NullAway.Init") // fields are set by init, before any record
final class DeduplicateProcessor extends ContextualProcessor<byte[], Message, byte[], Output> {
  /** Under it the store of the streams' watermarks has the round that both are in. */
  private static final int ROUND = -1;

  private static final Duration TICK = Duration.ofMillis(100);

  /** Until a question that was not answered is asked again: it takes up to a second. */
  private static final Duration UNANSWERED = Duration.ofSeconds(2);

  private final ValidatorPlan plan;
  private final List<TaskClock> clocks = new ArrayList<>();
  private final List<Counter> late = new ArrayList<>();
  private Tally tally;
  private SeenIds seen;
  private KeyValueStore<Integer, byte[]> watermarks;
  private long round;
  private long nextQuestion;

  DeduplicateProcessor(ValidatorPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    super.init(context);
    KeyValueStore<Bytes, byte[]> store = context.getStateStore(ValidatorTopology.IDS);
    ValidatorTopology.FORM.keep(context, store);
    tally = new Tally(ValidatorTopology.COUNTS.of(store), plan.meters(), plan.pipeline());
    seen = new SeenIds(ValidatorTopology.SEEN.of(store), tally);
    watermarks = ValidatorTopology.WATERMARKS.of(store);
    byte[] storedRound = watermarks.get(ROUND);
    round = storedRound == null ? 0 : ByteBuffer.wrap(storedRound).getLong();
    nextQuestion = 0;
    clocks.clear(); // a revived task is initialised a second time, from what was committed
    late.clear();
    for (Input input : plan.inputs()) {
      byte[] stored = watermarks.get(input.index());
      clocks.add(
          new TaskClock(
              stored == null ? new Watermarks() : Watermarks.fromBytes(stored), input.sources()));
      late.add(
          plan.meters()
              .counter(
                  "millrace.validator.late",
                  "pipeline",
                  plan.pipeline(),
                  "stream",
                  input.stream().name()));
    }
    context.schedule(
        SeenIds.SCAN_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now -> seen.forgetSome(plan.clock().millis()));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::settleDoubts);
  }

  @Override
  public void process(Record<byte[], Message> record) {
    if (!isOwn(record)) {
      quarantine(record);
      return;
    }
    TaskClock clock = clocks.get(record.value().stream());
    switch (record.value()) {
      case Message.Event event -> event(record, event);
      case Message.Passed passed -> {
        if (clock.wakes(passed.source(), passed.micros())) {
          beginRound(passed.stream(), record.timestamp());
        }
        tell(passed.stream(), clock.passed(passed.source(), passed.micros()), record.timestamp());
      }
      case Message.Idle idle ->
          tell(idle.stream(), clock.idle(idle.source(), idle.position()), record.timestamp());
      case Message.Foreign foreign -> throw new IllegalStateException("quarantined before");
    }
  }

  /** Whether a checking task of this pipeline may have written it. */
  private boolean isOwn(Record<byte[], Message> record) {
    int stream = record.value().stream();
    if (stream < 0 || stream >= plan.inputs().size()) {
      return false;
    }
    int sources = plan.inputs().get(stream).sources();
    return switch (record.value()) {
      case Message.Event event ->
          record.key() != null && event.content().length >= WireFormat.HEADER_BYTES;
      case Message.Passed passed ->
          passed.source() >= 0 && passed.source() < sources && passed.micros() <= Mark.LATEST;
      case Message.Idle idle -> idle.source() >= 0 && idle.source() < sources;
      case Message.Foreign foreign -> false;
    };
  }

  /** Counted apart, as no stream has ever had it. */
  private void quarantine(Record<byte[], Message> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    Violation reason = Violation.ofRecord(ErrorCode.UNDECODABLE, "no message of a checking task's");
    SkippedRecords.skip(
        place.topic(), place.partition(), place.offset(), reason.code(), reason.message());
    Headers headers =
        Envelope.foreign(
            record.headers(),
            reason,
            place.topic(),
            new Origin(place.partition(), place.offset(), record.key()));
    Output output =
        new Output(Destination.QUARANTINE, Output.BY_KEY, MessageSerde.toBytes(record.value()));
    context().forward(new Record<>(record.key(), output, record.timestamp(), headers));
  }

  /** What wakes one stream up, such as a replay, may be on its way to the other too. */
  private void beginRound(int stream, long timestamp) {
    round++;
    watermarks.put(ROUND, ByteBuffer.allocate(Long.BYTES).putLong(round).array());
    for (int other = 0; other < clocks.size(); other++) {
      if (other != stream) {
        tell(other, clocks.get(other).doubt(), timestamp);
      }
    }
  }

  /** A doubt arises with a word; whether it holds is asked until there is an answer. */
  private void settleDoubts(long now) {
    if (now < nextQuestion) {
      return;
    }
    for (int stream = 0; stream < clocks.size(); stream++) {
      List<Integer> doubted = clocks.get(stream).doubted();
      if (doubted.isEmpty()) {
        continue;
      }
      String topic = plan.inputs().get(stream).topic();
      Map<Integer, Long> ends = new HashMap<>();
      plan.lag()
          .ends(
              doubted.stream()
                  .map(source -> new TopicPartition(topic, source))
                  .collect(Collectors.toUnmodifiableSet()))
          .forEach((partition, end) -> ends.put(partition.partition(), end));
      for (Signal signal : clocks.get(stream).end(ends)) {
        tell(stream, signal, now);
      }
      if (ends.size() < doubted.size()) {
        nextQuestion = now + UNANSWERED.toMillis();
      }
    }
  }

  private void tell(int stream, Signal signal, long timestamp) {
    watermarks.put(stream, clocks.get(stream).toBytes());
    announce(plan.inputs().get(stream), signal, timestamp);
  }

  private void event(Record<byte[], Message> record, Message.Event event) {
    Input input = plan.inputs().get(event.stream());
    ContentHash hash = ContentHash.of(event.content(), WireFormat.HEADER_BYTES);
    Arrival arrival =
        seen.arrive(event.stream(), record.key(), hash, event.valid(), plan.clock().millis());
    switch (arrival) {
      case Arrival.Repeat repeat -> tally.add(io.millrace.validator.counts.Counter.DUPLICATES);
      case Arrival.Fresh fresh -> {
        if (event.valid()) {
          accept(record, event, input);
        } else {
          refuse(record, event, input, event.violations());
        }
      }
      case Arrival.Conflict conflict -> {
        List<Violation> reasons = new ArrayList<>(event.violations());
        reasons.add(
            new Violation(
                ErrorCode.CONFLICTING_DUPLICATE,
                input.stream().id(),
                "an event with this id and another content was accepted before"));
        refuse(record, event, input, reasons);
      }
    }
  }

  private void accept(Record<byte[], Message> record, Message.Event event, Input input) {
    tally.add(input.accepted());
    if (clocks.get(event.stream()).isLate(event.time())) {
      late.get(event.stream()).increment();
    }
    Headers headers = input.envelope().accepted(record.headers(), id(record), event.time());
    Output output = new Output(input.destination(), Output.BY_KEY, event.content());
    context().forward(new Record<>(record.key(), output, record.timestamp(), headers));
  }

  private void refuse(
      Record<byte[], Message> record, Message.Event event, Input input, List<Violation> reasons) {
    tally.addQuarantined(input.stream().name(), reasons.getFirst());
    Headers headers =
        input
            .envelope()
            .refused(record.headers(), reasons, event.origin(), id(record), event.time());
    Output output = new Output(Destination.QUARANTINE, Output.BY_KEY, event.original());
    context().forward(new Record<>(event.origin().key(), output, record.timestamp(), headers));
  }

  private void announce(Input input, Signal signal, long timestamp) {
    switch (signal) {
      case Signal.Nothing nothing -> {}
      case Signal.Passed passed ->
          announce(input, new Mark.Passed(passed.micros(), round), timestamp);
      case Signal.Idle idle -> announce(input, new Mark.Idle(idle.at(), round), timestamp);
    }
  }

  private void announce(Input input, Mark mark, long timestamp) {
    int partition = context().taskId().partition();
    Headers headers = new RecordHeaders();
    MarkHeaders.add(headers, mark);
    byte[] key = Integer.toString(partition).getBytes(StandardCharsets.UTF_8);
    Output output = new Output(input.destination(), partition, null);
    context().forward(new Record<>(key, output, timestamp, headers));
  }

  private static String id(Record<byte[], Message> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
