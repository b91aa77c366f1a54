package io.millrace.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.local.demo.Numbers.Quality;
import io.millrace.local.reconcile.Finding;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.serde.CloudEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a demo has shown: numbers as JSON, and whether it is what it must show. */
public final class DemoReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final ObjectNode json = JSON.createObjectNode();
  private final List<Check> checks = new ArrayList<>();
  private final DemoScript script;
  private final Facts facts;
  private final Numbers numbers;

  /**
   * @param files compares a stream's topic with its file
   */
  DemoReport(
      DemoScript script,
      Pipeline pipeline,
      Facts facts,
      Numbers numbers,
      Reconciliation reconciled,
      Questions.Tally questions,
      long skippedByServing,
      Function<Stream, Numbers.Files> files) {
    this.script = script;
    this.facts = facts;
    this.numbers = numbers;
    json.put("pipeline", pipeline.name());
    counts(pipeline, reconciled, skippedByServing, files);
    quality();
    times(pipeline);
    runs(pipeline);
    online(questions);
    ArrayNode all = json.putArray("checks");
    checks.forEach(
        check ->
            all.addObject()
                .put("what", check.what())
                .put("passed", check.passed())
                .put("found", check.found()));
  }

  /** What must be shown and was not. */
  public List<String> failures() {
    return checks.stream()
        .filter(check -> !check.passed())
        .map(check -> check.what() + ": " + check.found())
        .toList();
  }

  /** A line for each check. */
  public List<String> lines() {
    return checks.stream()
        .map(
            check ->
                "%s  %-62s %s"
                    .formatted(check.passed() ? "ok    " : "FAILED", check.what(), check.found()))
        .toList();
  }

  /** The whole of it. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** To be put under what else is known, such as how long it took. */
  ObjectNode json() {
    return json;
  }

  private void counts(
      Pipeline pipeline,
      Reconciliation reconciled,
      long skipped,
      Function<Stream, Numbers.Files> files) {
    ObjectNode counts = json.putObject("counts");
    reconciled.counts().forEach(counts::put);
    counts.put("skipped", skipped);
    for (Finding.Kind kind : Finding.Kind.values()) {
      counts.put(kind.name().toLowerCase(Locale.ROOT), reconciled.count(kind));
    }
    check(
        "lost 0, twice 0, from nowhere 0, damaged 0, by id",
        reconciled.isExact(),
        reconciled.isExact()
            ? "%,d records".formatted(received(pipeline, reconciled))
            : reconciled.findings().stream().limit(5).toList().toString());
    for (Stream stream : pipeline.streams().values()) {
      Numbers.Files compared = files.apply(stream);
      counts.put("file." + stream.name(), compared.ofFile());
      check(
          "records of " + stream.name() + " = those of the file, by id",
          compared.lost() == 0 && compared.phantom() == 0 && compared.ofFile() > 0,
          "%,d; lost %d, more %d"
              .formatted(compared.ofFile(), compared.lost(), compared.phantom()));
    }
    equal(
        "records = examples + labels + quarantined + duplicates",
        received(pipeline, reconciled),
        reconciled.count("examples")
            + reconciled.count("labels")
            + reconciled.count("quarantined")
            + reconciled.count("duplicates"));
    equal("vectors = examples", reconciled.count("vectors"), reconciled.count("examples"));
    equal(
        "predictions of the stream = vectors - skipped",
        reconciled.count("predictions"),
        reconciled.count("vectors") - skipped);
    equal(
        "outcomes = predictions labelled in time",
        reconciled.count("outcomes"),
        reconciled.count("outcomes.expected"));
  }

  private void quality() {
    long at = script.switchMicros();
    int old = numbers.versionBefore(at).orElse(0);
    ObjectNode auc = json.putObject("auc");
    Quality before = quality(auc, "beforeSwitch", "version = %d AND t < %d".formatted(old, at));
    Quality after = quality(auc, "afterSwitch", "version = %d AND t >= %d".formatted(old, at));
    Quality recovered =
        quality(auc, "afterRecovery", "version > %d AND t >= %d".formatted(old, at));
    auc.put("oldChampion", old);
    ArrayNode days = json.putArray("days");
    for (Numbers.Day day : numbers.days()) {
      quality(days.addObject().put("day", day.day()).put("version", day.version()), day.quality());
    }
    checks.addAll(
        new Phases(before, after, recovered, numbers.parity(old)).checks(script.leastUsual()));
  }

  private Quality quality(ObjectNode parent, String name, String where) {
    Quality quality = numbers.quality(where);
    quality(parent.putObject(name), quality);
    return quality;
  }

  private static void quality(ObjectNode node, Quality quality) {
    node.put("predictions", quality.predictions()).put("labelled", quality.labelled());
    quality.auc().ifPresent(value -> node.put("auc", value));
    quality.reference().ifPresent(value -> node.put("oldChampionOnOldCodes", value));
    quality.stale().ifPresent(value -> node.put("oldChampionAsServed", value));
    if (quality.predictions() > 0) {
      node.put("from", CloudEvents.instant(quality.first()).toString());
      node.put("to", CloudEvents.instant(quality.last()).toString());
    }
  }

  private void times(Pipeline pipeline) {
    ObjectNode times = json.putObject("times");
    numbers
        .appendedFrom(pipeline.exampleStream().name(), script.switchMicros())
        .ifPresent(
            wall ->
                times
                    .putObject("switch")
                    .put("event", script.switchAt().toString())
                    .put("wall", CloudEvents.instant(wall).toString()));
    time(times, "alert", facts.decayAlert().map(AlertEvent::getAt));
    Optional<Run> run = facts.retrainings().stream().findFirst();
    time(times, "request", run.flatMap(r -> Facts.at(r, Known.REQUESTED)));
    time(times, "blessing", run.flatMap(r -> Facts.at(r, Known.EVALUATE)));
    time(
        times,
        "swap",
        run.flatMap(r -> Facts.at(r, Known.REQUESTED))
            .flatMap(
                asked ->
                    facts.swaps().stream()
                        .map(Move::at)
                        .filter(at -> at.isAfter(asked))
                        .findFirst()));
    check(
        "a decay was seen, and told",
        facts.decayAlert().isPresent(),
        facts.decayAlert().map(AlertEvent::getMessage).orElse("no alert"));
  }

  private void time(ObjectNode times, String name, Optional<Instant> at) {
    at.ifPresent(
        wall -> {
          ObjectNode node = times.putObject(name);
          numbers
              .eventTimeAt(wall)
              .ifPresent(t -> node.put("event", CloudEvents.instant(t).toString()));
          node.put("wall", wall.toString());
        });
  }

  private void runs(Pipeline pipeline) {
    ArrayNode all = json.putArray("runs");
    for (Run run : facts.runs()) {
      ObjectNode node = all.addObject().put("run", run.id());
      run.step(Known.REQUESTED).ifPresent(step -> node.set("request", Evidence.of(step)));
      run.step(Known.FINISH).ifPresent(step -> node.set("verdict", Evidence.of(step)));
      run.step(Known.FAIL).ifPresent(step -> node.put("code", step.getCode()));
    }
    long after =
        numbers
            .appendedFrom(pipeline.exampleStream().name(), script.switchMicros())
            .map(wall -> CloudEvents.instant(wall))
            .map(
                wall ->
                    facts.runs().stream()
                        .flatMap(r -> Facts.at(r, Known.REQUESTED).stream())
                        .filter(at -> at.isAfter(wall))
                        .count())
            .orElse(0L);
    json.put("runsAfterSwitch", after);
    check("runs after the switch: exactly one", after == 1, String.valueOf(after));
  }

  private void online(Questions.Tally questions) {
    json.putObject("online")
        .put("answered", questions.answered())
        .put("failed", questions.failed())
        .put("slowestMillis", questions.slowestMillis());
    check(
        "failed online answers: zero",
        questions.failed() == 0 && questions.answered() > 0,
        "%,d answered, %d failed %s"
            .formatted(questions.answered(), questions.failed(), questions.failures()));
  }

  private static long received(Pipeline pipeline, Reconciliation reconciled) {
    return pipeline.streams().keySet().stream()
        .mapToLong(stream -> reconciled.count("records." + stream))
        .sum();
  }

  private void equal(String what, long left, long right) {
    check(what, left == right && left > 0, "%,d = %,d".formatted(left, right));
  }

  private void check(String what, boolean passed, String found) {
    checks.add(new Check(what, passed, found));
  }
}
