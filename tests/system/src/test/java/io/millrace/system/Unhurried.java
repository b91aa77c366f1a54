package io.millrace.system;

import io.millrace.local.replay.Director;
import io.millrace.local.replay.files.Event;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * Sends events unchanged, slowly while something else goes on, so that it goes on among them.
 *
 * @param aDay takes so long meanwhile
 * @param endsThen whether nothing more is sent then; else the rest is, at full speed
 */
record Unhurried(Future<?> meanwhile, Duration aDay, boolean endsThen) implements Director {
  @Override
  public Event change(Event event) {
    return event;
  }

  @Override
  public Duration eventDay(long time) {
    return meanwhile.isDone() ? Duration.ZERO : aDay;
  }

  @Override
  public boolean isOver() {
    return endsThen && meanwhile.isDone();
  }
}
