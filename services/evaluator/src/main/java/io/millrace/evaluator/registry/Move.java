package io.millrace.evaluator.registry;

import io.millrace.contracts.control.AliasMoved;
import java.time.Instant;

/** An alias began to name a version. */
public record Move(AliasMoved moved, Instant at) {
  public String alias() {
    return moved.getAlias();
  }

  public int version() {
    return moved.getVersion();
  }

  public long sequence() {
    return moved.getSequence();
  }
}
