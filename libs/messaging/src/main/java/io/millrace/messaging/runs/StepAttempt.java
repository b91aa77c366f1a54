package io.millrace.messaging.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault.Again;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.failures.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a due step, on a thread of its own. */
final class StepAttempt {
  private static final Logger LOG = LoggerFactory.getLogger(StepAttempt.class);

  /** What came of it. */
  sealed interface Outcome {
    record Made(StepState state, String fingerprint, StepResult result) implements Outcome {}

    record Failed(ErrorCode code, String message) implements Outcome {}

    /** It may go better next time: a neighbour is away, or it was a bug. */
    record Broken(Failure failure) implements Outcome {}
  }

  private final Runs.Due due;
  private final int number;
  private final RunClients.Stored stored;
  private final AtomicReference<@Nullable JsonNode> progress = new AtomicReference<>();
  private final Thread thread;
  private volatile @Nullable Outcome outcome;
  private volatile boolean cancelled;

  /**
   * @param stored whether the store has what a reference promises
   */
  StepAttempt(Runs.Due due, int number, RunClients.Stored stored) {
    this.due = due;
    this.number = number;
    this.stored = stored;
    this.thread =
        Thread.ofPlatform().daemon().name("run-" + due.run().id()).unstarted(this::attempt);
  }

  void start() {
    thread.start();
  }

  Runs.Due due() {
    return due;
  }

  int number() {
    return number;
  }

  /** The newest word on how far it is, once. */
  Optional<JsonNode> takeProgress() {
    return Optional.ofNullable(progress.getAndSet(null));
  }

  /** Empty while it is at work, and for ever when it was cancelled. */
  Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  /** Ends it without an outcome, as soon as what it does can be interrupted. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  boolean isAtWork() {
    return thread.isAlive();
  }

  /**
   * Waits until it holds nothing any more.
   *
   * @return whether it does; not when the caller is interrupted meanwhile
   */
  boolean await(Duration patience) {
    try {
      return thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void attempt() {
    try {
      outcome = make();
    } catch (Exception | Error e) {
      if (cancelled) {
        LOG.info("run={} step={} interrupted", due.run().id(), due.work().step().text());
      } else {
        outcome = outcome(e);
      }
    }
  }

  /** What follows from whose fault it is. */
  private Outcome outcome(Throwable thrown) {
    Failure failure = failure(thrown);
    Again again = failure.code().fault().again();
    if (again == Again.NEVER
        || (again == Again.A_FEW_TIMES && thrown instanceof StepFailedException)) {
      return new Outcome.Failed(failure.code(), failure.message());
    }
    if (again == Again.A_FEW_TIMES) {
      LOG.error(
          "run={} step={} code={} broke",
          due.run().id(),
          due.work().step().text(),
          failure.code(),
          thrown);
    }
    return new Outcome.Broken(failure);
  }

  /** A store that goes away in the midst of the work may break it in any way. */
  private Failure failure(Throwable thrown) {
    Failure failure = Failure.of(thrown);
    if (failure.code().fault().again() != Again.A_FEW_TIMES
        || thrown instanceof StepFailedException) {
      return failure;
    }
    try {
      for (RunStep done : due.run().steps().values()) {
        boolean unused = areStored(done.getOutputs());
      }
      return failure;
    } catch (IOException | UncheckedIOException away) {
      return Failure.of(away);
    }
  }

  private Outcome make() throws IOException, InterruptedException {
    if (due.earlier().stream().anyMatch(Run::isOpen)) {
      throw new StepFailedException(
          ErrorCode.RUN_ALREADY_OPEN, "another run of %s is open".formatted(due.run().pipeline()));
    }
    String fingerprint = due.work().fingerprint(due.run());
    Optional<RunStep> before = before(fingerprint);
    if (before.isPresent()) {
      RunStep same = before.get();
      return new Outcome.Made(
          StepState.SKIPPED,
          fingerprint,
          new StepResult(same.getInputs(), same.getOutputs(), Evidence.skipped(same)));
    }
    return new Outcome.Made(
        StepState.DONE, fingerprint, due.work().work(due.run(), due.earlier(), progress::set));
  }

  /** The newest earlier step with this fingerprint whose outputs are still there. */
  private Optional<RunStep> before(String fingerprint) throws IOException {
    if (fingerprint.isEmpty()) {
      return Optional.empty();
    }
    for (Run run : due.earlier().reversed()) {
      Optional<RunStep> same =
          run.step(due.work().step())
              .filter(step -> step.getFingerprint().equals(fingerprint))
              .filter(step -> run.hasDone(due.work().step()));
      if (same.isPresent() && areStored(same.get().getOutputs())) {
        return same;
      }
    }
    return Optional.empty();
  }

  private boolean areStored(List<ArtifactRef> outputs) throws IOException {
    for (ArtifactRef output : outputs) {
      if (!stored.test(output)) {
        return false;
      }
    }
    return true;
  }
}
