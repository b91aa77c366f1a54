package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.replay.files.Event;
import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.messaging.watermarks.Watermarks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event time that watermarks may tell of, as events go by in the order of their time: not that
 * of an event so far ahead of its stream that it may be a mistake, until others have come as far.
 */
final class PromisedTime {
  private final List<OneStream> streams;

  private record OneStream(FarAhead clock, List<Ahead> ahead) {}

  /** By event time alone: a file knows of no other. */
  private record Ahead(String id, long time) implements FarAhead.Candidate {
    @Override
    public long appended() {
      return 0;
    }
  }

  /**
   * @param streams in the order of the events' stream numbers
   */
  PromisedTime(List<Stream> streams) {
    this.streams =
        streams.stream()
            .map(s -> TimeUnit.NANOSECONDS.toMicros(s.maxAhead().toNanos()))
            .map(maxAhead -> new OneStream(new FarAhead(maxAhead), new ArrayList<>()))
            .toList();
  }

  /** The next event; one without a time says nothing. */
  void next(Event event) {
    Long time = event.time();
    if (time == null) {
      return;
    }
    OneStream stream = streams.get(event.stream());
    if (!stream.clock.isFar(time, 0)) {
      stream.clock.event(time, 0);
      return;
    }
    String id = event.id();
    if (id == null) {
      return;
    }
    stream.ahead.add(new Ahead(id, time));
    stream.ahead.removeAll(stream.clock.believed(stream.ahead));
  }

  /** In microseconds since the epoch; {@link Watermarks#NONE} before the first event. */
  long time() {
    return streams.stream().mapToLong(s -> s.clock.time()).max().orElse(Watermarks.NONE);
  }
}
