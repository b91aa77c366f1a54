package io.millrace.messaging.streams;

import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.Duration;
import java.time.Instant;

/** What an application is doing, and what may come of it. */
sealed interface Life {
  /**
   * An application is not started again after so many failures of its own without health between.
   */
  int MOST_FAILURES = 8;

  /** So long without a failure is health: earlier ones are forgotten. */
  Duration HEALTH = Duration.ofMinutes(5);

  /** A neighbour is asked again at least so often: it comes back without telling. */
  Backoff OF_NEIGHBOURS = Backoff.UP_TO_TEN_SECONDS;

  /**
   * Failures since the last health.
   *
   * @param own those that count
   * @param others those of neighbours, and those that were mended meanwhile
   */
  record Failures(int own, int others) {
    static final Failures NONE = new Failures(0, 0);

    private Failures and(Blame blame) {
      return blame == Blame.OTHERS ? new Failures(own, others + 1) : new Failures(own + 1, others);
    }
  }

  /** What a failure means for the application. */
  enum Blame {
    /** It passes, or is mended: no number of these ends the application. */
    OTHERS,
    /** It counts. */
    OWN,
    /** No try helps. */
    FATAL
  }

  /** Being made, or made and not yet at work. */
  record Starting(Failures failures) implements Life {
    Running running(Instant now) {
      return new Running(failures, now);
    }

    Ended failed(PipelineFailure failure, Blame blame) {
      return end(failures, failure, blame);
    }
  }

  /** At work. */
  record Running(Failures failures, Instant since) implements Life {
    Ended failed(PipelineFailure failure, Blame blame, Instant now) {
      boolean wasHealthy = Duration.between(since, now).compareTo(HEALTH) >= 0;
      return end(wasHealthy ? Failures.NONE : failures, failure, blame);
    }
  }

  /** After a failure. */
  sealed interface Ended extends Life {}

  /** Before the next try. */
  record Pausing(Failures failures, Duration pause, PipelineFailure failure) implements Ended {
    Starting again() {
      return new Starting(failures);
    }
  }

  /** Until another version is applied, or the process starts anew. */
  record Failed(PipelineFailure failure) implements Ended {}

  private static Ended end(Failures before, PipelineFailure failure, Blame blame) {
    Failures failures = before.and(blame);
    if (blame == Blame.FATAL || failures.own() >= MOST_FAILURES) {
      return new Failed(failure);
    }
    Duration pause =
        blame == Blame.OTHERS
            ? OF_NEIGHBOURS.after(failures.others())
            : Backoff.UP_TO_A_MINUTE.after(failures.own());
    return new Pausing(failures, pause, failure);
  }
}
