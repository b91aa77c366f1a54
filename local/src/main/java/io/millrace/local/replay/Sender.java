package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.machine.Disk;
import io.millrace.local.replay.files.Event;
import io.millrace.local.replay.files.EventSource;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.watermarks.Watermarks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends events at a pace, and a watermark about every second. */
final class Sender {
  private static final long BETWEEN_WATERMARKS_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final int EVENTS_A_STEP = 256;

  private final EventLog log;
  private final Disk disk;
  private final Pace pace;
  private final Progress progress;
  private final Supplier<String> following;
  private final long begin = System.nanoTime();
  private long lastWatermark = System.nanoTime();
  private final PromisedTime promise;
  private long sent;

  /**
   * @param streams in the order of the events' stream numbers
   * @param disk is looked at about every second
   * @param following how the system follows, for the progress
   */
  Sender(
      List<Stream> streams,
      EventLog log,
      Disk disk,
      Pace pace,
      Progress progress,
      Supplier<String> following) {
    this.promise = new PromisedTime(streams);
    this.disk = disk;
    this.log = log;
    this.pace = pace;
    this.progress = progress;
    this.following = following;
  }

  /** Sends all of them, then the last watermark; returns once everything is acknowledged. */
  long send(Event first, EventSource rest) {
    Optional<Event> next = Optional.of(first);
    while (next.isPresent()) {
      sendWhenDue(next.get());
      next = rest.next();
    }
    progress.step(sent % EVENTS_A_STEP);
    long time = promise.time();
    if (time != Watermarks.NONE) {
      log.watermark(time);
    }
    log.flush();
    return sent;
  }

  private void sendWhenDue(Event event) {
    Long eventTime = event.time();
    if (eventTime != null) {
      promise.next(event);
      long bound = Math.min(promise.time(), eventTime - 1);
      long wait;
      while ((wait = pace.waitMillis(eventTime)) > 0) {
        watermark(Math.min(bound, pace.reached(eventTime)));
        Pause.of(Duration.ofMillis(wait));
      }
      watermark(bound);
    }
    log.append(event);
    pace.sent();
    if (++sent % EVENTS_A_STEP == 0) {
      progress.step(EVENTS_A_STEP);
    }
  }

  /** A broker that can't write ends; so nothing more is sent before that. */
  private void awaitRoom() {
    progress.line("paused: " + disk.isFull());
    while (!disk.hasRoom()) {
      progress.note("paused: the disk is full");
      Pause.of(BETWEEN_LOOKS);
    }
    progress.line("there is room again");
  }

  /** Every event up to this time has been sent. */
  private void watermark(long micros) {
    if (System.nanoTime() - lastWatermark < BETWEEN_WATERMARKS_NANOS) {
      return;
    }
    if (!disk.hasRoom()) {
      awaitRoom();
    }
    log.watermark(micros);
    lastWatermark = System.nanoTime();
    double seconds = (lastWatermark - begin) / 1e9;
    progress.note(
        "%,.0f/s · %s · %s"
            .formatted(
                sent / seconds,
                CloudEvents.instant(micros).toString().substring(0, 16),
                following.get()));
  }
}
