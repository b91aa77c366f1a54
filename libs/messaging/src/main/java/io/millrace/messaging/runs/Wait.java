package io.millrace.messaging.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault.Again;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.runs.Runs.Due;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Why a step is not at work, as its last word says; so another instance, or the next start, waits
 * on.
 *
 * @param code what it broke with
 * @param since when it first broke; a neighbour who comes and goes does not begin anew
 * @param times how often it broke
 */
record Wait(ErrorCode code, String message, Instant since, int times) {
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private static final String WAITING = "waiting";
  private static final String WAITED = "waited";

  /** One more failure of a due step. */
  static Wait after(Due due, Failure failure, Instant now) {
    Optional<Wait> before = in(due, WAITING).or(() -> in(due, WAITED));
    return new Wait(
        failure.code(),
        failure.message(),
        before.map(Wait::since).orElse(now),
        before.map(Wait::times).orElse(0) + 1);
  }

  /** Why a due step is not at work, if that was its last word. */
  static Optional<Wait> of(Due due) {
    return in(due, WAITING);
  }

  /** Whether a step may be begun. */
  static boolean isOver(Due due, Instant now) {
    return of(due)
        .map(wait -> !now.isBefore(due.last().orElseThrow().getAt().plus(wait.pause())))
        .orElse(true);
  }

  /** A crash costs an attempt, a neighbour's absence does not. */
  boolean isForNeighbour() {
    return code.fault().again() == Again.WHEN_IT_IS_BACK;
  }

  Duration pause() {
    return BACKOFF.after(times);
  }

  /** To be said while it waits. */
  ObjectNode evidence() {
    return put(Evidence.create(), WAITING);
  }

  /** What a step says that has waited before, with what will be asked when it breaks again. */
  static ObjectNode remembered(Due due, ObjectNode evidence) {
    return in(due, WAITING)
        .or(() -> in(due, WAITED))
        .map(wait -> wait.put(evidence, WAITED))
        .orElse(evidence);
  }

  private ObjectNode put(ObjectNode evidence, String name) {
    evidence
        .putObject(name)
        .put("code", code.name())
        .put("message", message)
        .put("since", since.toString())
        .put("times", times);
    return evidence;
  }

  private static Optional<Wait> in(Due due, String name) {
    return due.last().flatMap(last -> in(last, name));
  }

  private static Optional<Wait> in(RunStep last, String name) {
    JsonNode said = Evidence.of(last).path(name);
    if (!last.getState().equals(StepState.RUNNING.name()) || !said.isObject()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Wait(
              ErrorCode.valueOf(said.path("code").asText()),
              said.path("message").asText(),
              Instant.parse(said.path("since").asText()),
              said.path("times").asInt()));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty(); // of another version of Millrace
    }
  }
}
