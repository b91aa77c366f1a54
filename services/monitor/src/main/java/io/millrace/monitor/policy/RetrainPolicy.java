package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Retrain;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.windows.Tumbling;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * When a new model is asked for. At most one run is open; of one cause there is one request, which
 * the run's id makes sure of.
 */
public record RetrainPolicy(String pipeline, Monitor monitor) {
  private static final String FIRST = "first";
  private static final String REASON = "reason";
  private static final String ROWS = "rows";
  private static final String WHOLE = "whole window";
  private static final String SINCE = "since change";

  /**
   * What is to be asked for now.
   *
   * @param askedAt event time of earlier requests by run, as far as it is known; microseconds
   * @param now event time
   */
  public Optional<Request> decide(
      Facts facts, List<Trouble> troubles, Map<String, Long> askedAt, long now) {
    if (facts.openRun().isPresent()) {
      return Optional.empty();
    }
    if (!facts.hasVersions()) {
      return first(facts);
    }
    if (isCooling(facts, askedAt, now)) {
      return Optional.empty();
    }
    return troubles.stream()
        .filter(trouble -> retrain().on().contains(trouble.signal()))
        .filter(
            trouble ->
                facts.champion().filter(live -> live.version() == trouble.version()).isPresent())
        .sorted(Comparator.comparing(Trouble::signal).thenComparing(Trouble::window))
        .flatMap(trouble -> request(facts, trouble, now).stream())
        .findFirst();
  }

  private Optional<Request> first(Facts facts) {
    long most =
        facts.takenRuns().stream()
            .map(RetrainPolicy::requested)
            .filter(evidence -> evidence.path(REASON).asText().equals(FIRST))
            .mapToLong(evidence -> evidence.path(ROWS).asLong())
            .max()
            .orElse(-1);
    long needed = most < 0 ? retrain().firstAfter() : most + retrain().firstAfter() / 2;
    if (facts.rows() < needed) {
      return Optional.empty();
    }
    return unasked(facts, RunIds.first(pipeline, needed))
        .map(
            run ->
                new Request(
                    run,
                    Evidence.create()
                        .put(REASON, FIRST)
                        .put(ROWS, facts.rows())
                        .put("firstAfter", retrain().firstAfter())
                        .put("data", WHOLE)));
  }

  private boolean isCooling(Facts facts, Map<String, Long> askedAt, long now) {
    long cooldown = retrain().cooldown().toNanos() / 1000;
    return facts.takenRuns().stream()
        .map(Run::id)
        .map(askedAt::get)
        .anyMatch(at -> at != null && now < at + cooldown);
  }

  private Optional<Request> request(Facts facts, Trouble trouble, long now) {
    Signal signal = trouble.signal();
    return unasked(facts, RunIds.of(pipeline, signal, trouble.version(), trouble.window()))
        .map(run -> new Request(run, evidence(facts, trouble, now)));
  }

  private ObjectNode evidence(Facts facts, Trouble trouble, long now) {
    Tumbling windows = Tumbling.of(monitor.window());
    Instant change = CloudEvents.instant(trouble.first());
    long since = facts.rowsSince(change);
    boolean enough = since >= Math.max(1, retrain().firstAfter() / 2);
    ObjectNode evidence =
        Evidence.create()
            .put(REASON, trouble.signal().name().toLowerCase(Locale.ROOT))
            .put("version", trouble.version())
            .put(trouble.signal() == Signal.DECAY ? "metric" : "feature", trouble.subject());
    evidence
        .putObject("window")
        .put("start", CloudEvents.instant(trouble.window()).toString())
        .put("end", CloudEvents.instant(windows.end(trouble.window())).toString());
    evidence.set("numbers", trouble.numbers());
    evidence
        .put("since", change.toString())
        .put("rowsSince", since)
        .put("eventTime", CloudEvents.instant(now).toString())
        .put("data", enough ? SINCE : WHOLE);
    if (enough) {
      evidence.put("from", change.toString());
    }
    return evidence;
  }

  /** The id to ask with; empty when it was asked and taken. One that came second is asked again. */
  private static Optional<String> unasked(Facts facts, String id) {
    String candidate = id;
    for (int attempt = 2; ; attempt++) {
      String wanted = candidate;
      Optional<Run> known = facts.runs().stream().filter(r -> r.id().equals(wanted)).findFirst();
      if (known.isEmpty()) {
        return Optional.of(wanted);
      }
      if (!Facts.wasSecond(known.get())) {
        return Optional.empty();
      }
      candidate = id + "-" + attempt;
    }
  }

  /** The open run, if its last word is older than it may be. */
  public static Optional<Run> hanging(Facts facts, Instant since, Instant now, Duration timeout) {
    return facts
        .openRun()
        .filter(
            run -> {
              Instant last =
                  run.steps().values().stream()
                      .map(io.millrace.contracts.control.RunStep::getAt)
                      .max(Instant::compareTo)
                      .orElse(now);
              Instant quietSince = last.isAfter(since) ? last : since;
              return ChronoUnit.MILLIS.between(quietSince, now) >= timeout.toMillis();
            });
  }

  private static ObjectNode requested(Run run) {
    return run.step(Step.Known.REQUESTED).map(Evidence::of).orElseGet(Evidence::create);
  }

  private Retrain retrain() {
    return monitor.retrain();
  }
}
