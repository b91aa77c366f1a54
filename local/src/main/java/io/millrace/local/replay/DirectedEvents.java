package io.millrace.local.replay;

import io.millrace.local.replay.files.Event;
import io.millrace.local.replay.files.EventSource;
import java.util.Optional;

/** Events as a director changes them, until it ends the replay between two times. */
final class DirectedEvents implements EventSource {
  private final EventSource events;
  private final Director director;
  private long lastTime = Long.MIN_VALUE;
  private boolean over;

  DirectedEvents(EventSource events, Director director) {
    this.events = events;
    this.director = director;
  }

  @Override
  public Optional<Event> next() {
    Optional<Event> next = over ? Optional.empty() : events.next();
    if (next.isEmpty()) {
      return next;
    }
    Long time = next.get().time();
    if (time != null && time > lastTime) {
      if (director.isOver()) {
        over = true;
        return Optional.empty();
      }
      lastTime = time;
    }
    return next.map(director::change);
  }

  /** The time of the last event, microseconds since the epoch. */
  long lastTime() {
    return lastTime;
  }
}
