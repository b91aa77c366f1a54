package io.millrace.local.replay;

import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** As fast as the system follows, but no day of events in less time than is asked for now. */
final class DirectedPace implements Pace {
  private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;
  private static final long LONGEST_WAIT_MILLIS = 50;

  private final Pace follow;
  private final LongFunction<Duration> eventDay;
  private final LongSupplier nanos;
  private Duration day = Duration.ZERO;
  private long beginTime;
  private long beginNanos;

  DirectedPace(Pace follow, LongFunction<Duration> eventDay, LongSupplier nanos) {
    this.follow = follow;
    this.eventDay = eventDay;
    this.nanos = nanos;
  }

  @Override
  public long waitMillis(long time) {
    long wait = follow.waitMillis(time);
    if (wait > 0) {
      return wait;
    }
    Duration asked = eventDay.apply(time);
    if (!asked.equals(day)) {
      day = asked;
      beginTime = time;
      beginNanos = nanos.getAsLong();
    }
    double due = (double) (time - beginTime) / DAY_MICROS * day.toNanos();
    double left = due - (nanos.getAsLong() - beginNanos);
    return left <= 0 ? 0 : Math.min(LONGEST_WAIT_MILLIS, 1 + (long) (left / 1e6));
  }

  @Override
  public long reached(long nextTime) {
    return nextTime - 1;
  }

  @Override
  public void sent() {
    follow.sent();
  }
}
