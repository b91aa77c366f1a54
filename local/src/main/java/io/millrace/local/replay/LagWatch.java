package io.millrace.local.replay;

import io.millrace.local.terminal.CommandFailedException;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/** Reads the lag of a pipeline twice a second, beside the thread that sends. */
final class LagWatch implements AutoCloseable {
  private static final long BETWEEN_READINGS_MILLIS = 500;

  private final LongSupplier lag;
  private final LagPace pace;
  private final Thread thread;
  private volatile String text = "";

  LagWatch(LongSupplier lag, LagPace pace) {
    this.lag = lag;
    this.pace = pace;
    this.thread = Thread.ofPlatform().daemon().name("lag").start(this::run);
  }

  /** The last reading, for people. */
  String text() {
    return text;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        long sent = pace.sentSoFar();
        long now = lag.getAsLong();
        pace.read(now, sent);
        text = String.format(Locale.ROOT, "lag %,d", now);
      } catch (CommandFailedException e) {
        return; // closed while it was asking
      } catch (KafkaException e) {
        // the broker is away: nothing goes until it answers again, and the bar says so
        pace.read(Long.MAX_VALUE, pace.sentSoFar());
        text = "the broker does not answer";
      }
      try {
        Thread.sleep(BETWEEN_READINGS_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
