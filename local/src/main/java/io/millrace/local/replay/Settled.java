package io.millrace.local.replay;

import io.millrace.local.running.PipelineLag;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Waits for the system: to know that events come, and to have nothing left to do. */
final class Settled {
  private static final Duration BETWEEN_READINGS = Duration.ofMillis(200);
  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(1);
  private static final Duration FIRST_WATERMARKS = Duration.ofMinutes(2);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration STALLED = Duration.ofMinutes(15);

  private final PipelineLag lag;

  Settled(PipelineLag lag) {
    this.lag = lag;
  }

  /**
   * Waits until both groups have no lag and no vector is committed any more.
   *
   * @return when the last vector was committed, as the wall clock said, milliseconds since the
   *     epoch
   * @throws CommandFailedException when nothing moves for fifteen minutes although there is lag
   */
  OptionalLong await(long vectorsBefore, Progress progress) {
    long lastChange = System.currentTimeMillis();
    long vectors = -1; // so that the first reading counts as a change
    long before = Long.MAX_VALUE;
    long lastMove = System.nanoTime();
    while (true) {
      try {
        long now = System.currentTimeMillis();
        long committed = lag.committedVectors();
        long left = lag.ofValidator() + lag.ofTransformer();
        if (committed != vectors) {
          lastChange = now;
          vectors = committed;
        }
        if (left != before) {
          lastMove = System.nanoTime();
          before = left;
        }
        if (left == 0 && now - lastChange >= QUIET.toMillis()) {
          return vectors == vectorsBefore ? OptionalLong.empty() : OptionalLong.of(lastChange);
        }
        progress.note("all sent · lag %,d".formatted(left));
      } catch (KafkaException e) {
        progress.note("all sent · the broker does not answer");
      }
      if (System.nanoTime() - lastMove > STALLED.toNanos()) {
        throw new CommandFailedException(
            "the lag of %,d has not changed for %d minutes; see ./millrace status and the logs"
                .formatted(before, STALLED.toMinutes()));
      }
      Pause.of(BETWEEN_READINGS);
    }
  }

  /**
   * Promises that nothing comes before the first event, and waits until the validator knows, but no
   * longer than two minutes. The promise is repeated: a source that hears nothing for long says it
   * is idle, and is then not waited for when the others go on.
   *
   * @param firstTime of the first event, microseconds since the epoch
   */
  void begin(EventLog log, long firstTime) {
    log.watermark(firstTime - 1);
    log.flush();
    Map<String, Map<TopicPartition, Long>> ends = lag.endsOfValidator();
    long deadline = System.nanoTime() + FIRST_WATERMARKS.toNanos();
    long lastBeat = System.nanoTime();
    while (System.nanoTime() < deadline && !lag.havePassed(ends)) {
      if (System.nanoTime() - lastBeat >= BETWEEN_BEATS.toNanos()) {
        log.watermark(firstTime - 1);
        lastBeat = System.nanoTime();
      }
      Pause.of(BETWEEN_READINGS);
    }
  }
}
