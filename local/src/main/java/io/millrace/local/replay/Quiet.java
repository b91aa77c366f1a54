package io.millrace.local.replay;

import io.millrace.local.running.PipelineLag;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Waits until a pipeline is done, its outcomes too: no topic of its grows any more, and since then
 * every group has been seen without lag. (A group has some now and then, because its own watermarks
 * are records, too.)
 */
final class Quiet {
  private static final Duration LASTING = Duration.ofSeconds(3);
  private static final Duration STALLED = Duration.ofMinutes(5);
  private static final Duration BETWEEN_READINGS = Duration.ofMillis(300);

  private final PipelineLag lag;

  Quiet(PipelineLag lag) {
    this.lag = lag;
  }

  /**
   * Returns when it is quiet.
   *
   * @throws CommandFailedException when it is not, but nothing moves for five minutes
   */
  void await(Progress progress) {
    long ends = -1;
    long since = System.nanoTime();
    Set<String> behind = new HashSet<>();
    while (true) {
      long now;
      Map<String, Long> groups;
      try {
        now = lag.committedOutputs();
        groups = lag.byGroup();
      } catch (KafkaException e) {
        progress.note("all sent · the broker does not answer");
        Pause.of(BETWEEN_READINGS);
        continue;
      }
      if (now != ends) {
        ends = now;
        since = System.nanoTime();
        behind.addAll(groups.keySet());
      }
      groups.forEach(
          (group, left) -> {
            if (left == 0) {
              behind.remove(group);
            }
          });
      long quiet = System.nanoTime() - since;
      if (behind.isEmpty() && quiet > LASTING.toNanos()) {
        return;
      }
      if (quiet > STALLED.toNanos()) {
        throw new CommandFailedException(
            "nothing has moved for %d minutes, but there is lag: %s"
                .formatted(STALLED.toMinutes(), groups));
      }
      progress.note(
          "all sent · lag %,d"
              .formatted(groups.values().stream().mapToLong(Long::longValue).sum()));
      Pause.of(BETWEEN_READINGS);
    }
  }
}
