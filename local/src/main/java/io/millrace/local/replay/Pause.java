package io.millrace.local.replay;

import io.millrace.local.terminal.CommandFailedException;
import java.time.Duration;

/** Waits a moment. */
final class Pause {
  private Pause() {}

  static void of(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }
}
