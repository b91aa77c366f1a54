package io.millrace.local.replay;

import io.millrace.local.replay.files.Event;
import java.time.Duration;

/** Decides, while a replay goes on, what is sent and how fast. */
public interface Director {
  /** What is sent in an event's place. */
  Event change(Event event);

  /**
   * The least wall time that a day of events may take now; zero to go as the system follows.
   *
   * @param time of the event that is to be sent next, microseconds since the epoch
   */
  Duration eventDay(long time);

  /** Whether no event of a later time is to be sent. */
  boolean isOver();
}
