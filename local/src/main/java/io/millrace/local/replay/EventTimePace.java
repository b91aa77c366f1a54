package io.millrace.local.replay;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Event time passes at a multiple of real time. */
final class EventTimePace implements Pace {
  private static final long LONGEST_WAIT_MILLIS = 100;

  private final Speed.Times speed;
  private final long firstTime;
  private final LongSupplier nanos;
  private final long begin;

  EventTimePace(Speed.Times speed, long firstTime, LongSupplier nanos) {
    this.speed = speed;
    this.firstTime = firstTime;
    this.nanos = nanos;
    this.begin = nanos.getAsLong();
  }

  @Override
  public long waitMillis(long time) {
    Duration left = speed.due(time - firstTime).minus(elapsed());
    return left.isNegative() || left.isZero()
        ? 0
        : Math.min(LONGEST_WAIT_MILLIS, 1 + left.toMillis());
  }

  @Override
  public long reached(long nextTime) {
    return Math.min(nextTime - 1, firstTime + speed.microsAfter(elapsed()));
  }

  @Override
  public void sent() {}

  private Duration elapsed() {
    return Duration.ofNanos(nanos.getAsLong() - begin);
  }
}
