package io.millrace.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a process that is watched over, and may die again and again. */
sealed interface Life {
  /** So long it must be ready, for earlier deaths to be forgotten. */
  Duration STEADY = Duration.ofMinutes(1);

  /** So many deaths without such a time in between are its end. */
  int MOST_DEATHS = 5;

  /** Deaths that count. */
  int deaths();

  /**
   * It runs.
   *
   * @param readySince from when on it was ready each time it was asked
   */
  record Up(int deaths, Optional<Instant> readySince) implements Life {
    /** As it has come up at first. */
    static Up atFirst() {
      return new Up(0, Optional.empty());
    }

    Up isReady(boolean ready, Instant now) {
      if (!ready) {
        return new Up(deaths, Optional.empty());
      }
      Up since = new Up(deaths, Optional.of(readySince.orElse(now)));
      return since.isSteady(now) ? atFirst() : since;
    }

    Life died(Instant now) {
      int count = isSteady(now) ? 1 : deaths + 1;
      return count == MOST_DEATHS ? new Failed(count) : new Waiting(count, now.plus(pause(count)));
    }

    /** It is not its own fault. */
    Waiting diedForWantOfRoom(Instant now) {
      return new Waiting(deaths, now);
    }

    private boolean isSteady(Instant now) {
      return readySince.filter(since -> !now.isBefore(since.plus(STEADY))).isPresent();
    }

    /** 1, 2, 4 and 8 seconds. */
    private static Duration pause(int death) {
      return Duration.ofSeconds(1L << (death - 1));
    }
  }

  /** It is dead and will be started. */
  record Waiting(int deaths, Instant until) implements Life {
    boolean isOver(Instant now) {
      return !now.isBefore(until);
    }

    Up started() {
      return new Up(deaths, Optional.empty());
    }
  }

  /** It stays dead. */
  record Failed(int deaths) implements Life {}
}
