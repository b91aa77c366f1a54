package io.millrace.local.replay;

import io.millrace.local.running.PipelineLag;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until everything that events lead to has been done. Lag alone does not tell: sources that
 * are idle say so again and again. So every group is let come to where its topics end now, as many
 * times as an event has hops on its way to its outcome.
 */
final class Quiet {
  /** Two of the validator, three of the transformer, parts or serving, two of monitor; and one. */
  static final int HOPS = 9;

  private static final Duration LASTING = Duration.ofSeconds(3);
  private static final Duration STALLED = Duration.ofMinutes(15);
  private static final Duration BETWEEN_READINGS = Duration.ofMillis(200);

  private final PipelineLag lag;

  Quiet(PipelineLag lag) {
    this.lag = lag;
  }

  /**
   * Returns when it is quiet.
   *
   * @throws CommandFailedException when a group does not get there in fifteen minutes
   */
  void await(Progress progress) {
    for (int hop = 1; hop <= HOPS; hop++) {
      progress.note("all sent · hop %d of %d".formatted(hop, HOPS));
      awaitHop();
      progress.step(1);
    }
    Pause.of(LASTING);
  }

  private void awaitHop() {
    long begin = System.nanoTime();
    Map<String, Map<TopicPartition, Long>> ends = Map.of();
    boolean passed = false;
    while (!passed) {
      try {
        ends = ends.isEmpty() ? lag.ends() : ends;
        passed = lag.havePassed(ends);
      } catch (KafkaException e) {
        if (System.nanoTime() - begin > STALLED.toNanos()) {
          throw e;
        }
      }
      if (System.nanoTime() - begin > STALLED.toNanos()) {
        throw new CommandFailedException(
            "not all was done in %d minutes; lag: %s"
                .formatted(STALLED.toMinutes(), lag.byGroup()));
      }
      if (!passed) {
        Pause.of(BETWEEN_READINGS);
      }
    }
  }
}
