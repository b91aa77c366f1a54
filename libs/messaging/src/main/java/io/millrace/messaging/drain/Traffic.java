package io.millrace.messaging.drain;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What is asked of a service, and when it may stop: once nobody has asked for the quiet time, the
 * least time has passed and every request is answered; or once the most time has passed.
 */
final class Traffic {
  private final Duration atLeast;
  private final Duration quiet;
  private final Duration atMost;
  private final LongSupplier nanos;
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile long last;
  private volatile OptionalLong begun = OptionalLong.empty();

  /**
   * @param nanos a clock that only goes on
   */
  Traffic(DrainSettings settings, LongSupplier nanos) {
    this.atLeast = settings.atLeast();
    this.quiet = settings.quiet();
    this.atMost = settings.atMost();
    this.nanos = nanos;
    this.last = nanos.getAsLong();
  }

  void asked() {
    unanswered.incrementAndGet();
    last = nanos.getAsLong();
  }

  /** Or its client has gone: each request ends once. */
  void ended() {
    last = nanos.getAsLong();
    unanswered.decrementAndGet();
  }

  int unanswered() {
    return unanswered.get();
  }

  /** From now on the service wants to stop; later calls change nothing. */
  void drain() {
    if (begun.isEmpty()) {
      last = nanos.getAsLong(); // the quiet time is one in which clients may learn of it
      begun = OptionalLong.of(last);
    }
  }

  boolean isDraining() {
    return begun.isPresent();
  }

  /** Whether the service may stop now. */
  boolean isOver() {
    OptionalLong since = begun;
    if (since.isEmpty()) {
      return false;
    }
    int open = unanswered.get(); // first: its end counts as traffic
    long now = nanos.getAsLong();
    long drained = now - since.getAsLong();
    return drained >= atMost.toNanos()
        || (open == 0 && drained >= atLeast.toNanos() && now - last >= quiet.toNanos());
  }
}
