package io.millrace.transformer.parts;

import io.millrace.contracts.control.PartWritten;
import io.millrace.messaging.parts.PartKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is to change in the parts of a partition to the one who has that partition, and who
 * says it in a transaction that the broker refuses to any other. What was begun before partitions
 * came or went is not said: who has them now goes by what he has read himself.
 */
final class Handover {
  /** Partitions that are had from one change of them to the next. */
  static final class Ownership {
    private final Set<Integer> partitions;

    private Ownership(Set<Integer> partitions) {
      this.partitions = Set.copyOf(partitions);
    }

    boolean has(int partition) {
      return partitions.contains(partition);
    }
  }

  /**
   * What is to be said at once.
   *
   * @param written announced anew
   * @param gone taken back
   */
  record Change(int partition, List<PartWritten> written, List<PartKey> gone) {}

  /** One that waits to be said. */
  static final class Waiting {
    private final Change change;
    private final CompletableFuture<Boolean> said = new CompletableFuture<>();

    private Waiting(Change change) {
      this.change = change;
    }

    Change change() {
      return change;
    }

    void isSaid(boolean whether) {
      said.complete(whether);
    }
  }

  private @Nullable Ownership current;
  private @Nullable Waiting waiting;

  /** All that former owners have said of these partitions can be read from now on. */
  synchronized void own(Set<Integer> partitions) {
    end();
    current = new Ownership(partitions);
  }

  /** Partitions come or go; what waits is not said. */
  synchronized void end() {
    current = null;
    next().ifPresent(given -> given.isSaid(false));
  }

  /** What waits to be said; taken once. */
  synchronized Optional<Waiting> next() {
    Waiting next = waiting;
    waiting = null;
    return Optional.ofNullable(next);
  }

  /** What is had now. */
  synchronized Optional<Ownership> ownership() {
    return Optional.ofNullable(current);
  }

  /**
   * Waits until a change is said.
   *
   * @param begun what was had when that was read which the change goes by
   * @return whether it was said; if not, it may have been
   */
  boolean say(Change change, Ownership begun) throws InterruptedException {
    Waiting given = new Waiting(change);
    synchronized (this) {
      if (current != begun || !begun.has(change.partition()) || waiting != null) {
        return false;
      }
      waiting = given;
    }
    try {
      return given.said.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
