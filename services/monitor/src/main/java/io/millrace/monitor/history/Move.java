package io.millrace.monitor.history;

import io.millrace.contracts.control.AliasMoved;
import java.time.Instant;
import java.util.Optional;

/** An alias names another version since then. */
public record Move(AliasMoved moved, Instant at) {
  public int version() {
    return moved.getVersion();
  }

  public Optional<Integer> previous() {
    return Optional.ofNullable(moved.getPrevious());
  }
}
