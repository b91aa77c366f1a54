package io.millrace.local.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that stays the same when pids are used again.
 *
 * @param startedAt as the operating system tells
 */
public record ProcessIdentity(long pid, Instant startedAt) {
  /** The operating system's start times move a little when the clock is set. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  public static ProcessIdentity of(ProcessHandle handle) {
    return new ProcessIdentity(handle.pid(), handle.info().startInstant().orElseGet(Instant::now));
  }

  /** The running process; empty when it has ended, even if another one has its pid now. */
  public Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
  }

  private boolean isSame(ProcessHandle handle) {
    return handle
        .info()
        .startInstant()
        .map(start -> Duration.between(start, startedAt).abs().compareTo(TOLERANCE) <= 0)
        .orElse(false);
  }
}
