package io.millrace.validator.topology;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.validator.checks.NotInFuture;
import io.millrace.validator.checks.Violation;
import io.millrace.validator.clocks.Signal;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.messages.Checked;
import io.millrace.validator.messages.Destination;
import io.millrace.validator.messages.Held;
import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.Origin;
import io.millrace.validator.messages.Output;
import io.millrace.validator.messages.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What the check sends on: events by their id, records without one to quarantine, clocks to all.
 */
final class CheckOutput {
  private static final byte[] NO_KEY = new byte[0];

  private final ProcessorContext<byte[], Checked> context;
  private final Tally tally;
  private final InstantSource clock;

  CheckOutput(ProcessorContext<byte[], Checked> context, Tally tally, InstantSource clock) {
    this.context = context;
    this.tally = tally;
    this.clock = clock;
  }

  /** Sends what was read of a record where it belongs, behind the clock that it wakes up. */
  void forward(
      Source source, Record<byte[], byte[]> record, Origin origin, EventReader.Reading reading) {
    switch (reading) {
      case EventReader.Reading.Unreadable unreadable ->
          refuse(source, record, origin, unreadable.violation());
      case EventReader.Reading.Event event -> {
        if (!isBelievable(source, event)) {
          send(source, record, origin, event);
        } else if (!source.farAhead().isFar(event.time(), appended(source, record))) {
          believe(source, record, origin, event);
        } else if (!event.violations().isEmpty()) {
          send(source, record, origin, event); // into quarantine anyway
        } else if (source.held().hasRoom()) {
          source
              .held()
              .add(
                  new Held(
                      clock.millis(),
                      appended(source, record),
                      event.time(),
                      event.id(),
                      new Waiting(origin, record.headers(), record.value())));
        } else {
          refuseAhead(source, record, origin, event);
        }
      }
    }
  }

  /** Sends on what was held, as there are others of its time. */
  void believe(
      Source source,
      Record<byte[], byte[]> record,
      Origin origin,
      EventReader.Reading.Event event) {
    tell(source, source.holdBehind(event.time()), record.timestamp());
    tell(source, source.event(event.time(), appended(source, record)), record.timestamp());
    send(source, record, origin, event);
  }

  private long appended(Source source, Record<byte[], byte[]> record) {
    return source.appended(record.timestamp(), clock.millis());
  }

  /** Nothing else has come as far. */
  void refuseAhead(
      Source source,
      Record<byte[], byte[]> record,
      Origin origin,
      EventReader.Reading.Event event) {
    source.refused(event.id(), event.time());
    String time = source.input().stream().time();
    Violation violation =
        new Violation(
            ErrorCode.AHEAD_OF_CLOCK,
            time,
            "%s lies %d days ahead of %s, as far as the stream has come, and fewer than %d events do; maxAhead of the stream is %d days"
                .formatted(
                    time,
                    TimeUnit.MICROSECONDS.toDays(event.time() - source.farAhead().time()),
                    CloudEvents.instant(source.farAhead().time()),
                    FarAhead.IDS,
                    source.input().stream().maxAhead().toDays()));
    send(
        source,
        record,
        origin,
        new EventReader.Reading.Event(
            event.id(), event.time(), event.content(), List.of(violation)));
  }

  private void send(
      Source source,
      Record<byte[], byte[]> record,
      Origin origin,
      EventReader.Reading.Event event) {
    if (event.id().isEmpty()) {
      refuse(source, record, origin, event.violations());
      return;
    }
    Message message =
        new Message.Event(
            source.input().index(),
            origin,
            event.time(),
            record.value(),
            event.content(),
            event.violations());
    context.forward(record.withKey(event.id().getBytes(StandardCharsets.UTF_8)).withValue(message));
  }

  /**
   * A time that the pipeline refuses must not move the clock, or the events behind it were late.
   */
  private boolean isBelievable(Source source, EventReader.Reading.Event event) {
    return event.time() != Message.Event.NO_TIME
        && !NotInFuture.isInFuture(event.time(), clock)
        && event.violations().stream()
            .noneMatch(violation -> violation.field().equals(source.input().stream().time()));
  }

  /** Sends a record without an id to quarantine. */
  void refuse(Source source, Record<byte[], byte[]> record, Origin origin, Violation violation) {
    refuse(source, record, origin, List.of(violation));
  }

  void refuse(
      Source source, Record<byte[], byte[]> record, Origin origin, List<Violation> violations) {
    tally.addQuarantined(source.input().stream().name(), violations.getFirst());
    Headers headers = source.input().envelope().refused(record.headers(), violations, origin);
    Output output = new Output(Destination.QUARANTINE, Output.BY_KEY, record.value());
    context.forward(new Record<>(record.key(), output, record.timestamp(), headers));
  }

  /** Tells every deduplicating task what a source's clock says. */
  void tell(Source source, Signal signal, long timestamp) {
    int stream = source.input().index();
    switch (signal) {
      case Signal.Nothing nothing -> {}
      case Signal.Passed passed ->
          tell(new Message.Passed(stream, source.partition(), passed.micros()), timestamp);
      case Signal.Idle idle ->
          tell(new Message.Idle(stream, source.partition(), idle.at()), timestamp);
    }
  }

  private void tell(Message message, long timestamp) {
    context.forward(new Record<>(NO_KEY, message, timestamp, new RecordHeaders()));
  }
}
