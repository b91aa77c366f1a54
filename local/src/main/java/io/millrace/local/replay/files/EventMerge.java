package io.millrace.local.replay.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The events of several cursors in the order of their times; at the same time in the order of the
 * streams, and within a stream as the cursor gives them (by id).
 */
public final class EventMerge implements EventSource, AutoCloseable {
  private static final Comparator<Event> ORDER =
      Comparator.comparing(Event::time, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Event::stream);

  private final List<EventCursor> cursors;
  private final PriorityQueue<Event> heads = new PriorityQueue<>(ORDER);

  EventMerge(List<EventCursor> cursors) {
    this.cursors = new ArrayList<>(cursors);
    for (EventCursor cursor : cursors) {
      cursor.next().ifPresent(heads::add);
    }
  }

  @Override
  public Optional<Event> next() {
    Event event = heads.poll();
    if (event == null) {
      return Optional.empty();
    }
    cursors.get(event.stream()).next().ifPresent(heads::add);
    return Optional.of(event);
  }

  @Override
  public void close() {
    cursors.forEach(EventCursor::close);
  }
}
