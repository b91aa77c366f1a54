package io.millrace.evaluator.verdict;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.statistics.metrics.Measurement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A verdict as JSON, the same bytes for equal ones. */
public final class VerdictJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VerdictJson() {}

  /** The verdict with the numbers of all rows, for an event. */
  public static ObjectNode summary(Verdict verdict) {
    ObjectNode json = JSON.createObjectNode();
    json.put("blessed", verdict.blessed());
    json.put("rubberStamp", verdict.rubberStamp());
    json.put("missingThresholds", verdict.missingThresholds());
    json.put("rows", verdict.rows());
    verdict
        .championVersion()
        .ifPresent(
            version ->
                json.putObject("champion").put("version", version).put("rows", verdict.unseen()));
    ArrayNode shortages = json.putArray("shortages");
    for (Verdict.Shortage shortage : verdict.shortages()) {
      shortages
          .addObject()
          .put("of", shortage.of())
          .put("rows", shortage.rows())
          .put("least", shortage.least());
    }
    ArrayNode checks = json.putArray("checks");
    verdict.checks().forEach(check -> checks.add(check(check)));
    json.set("metrics", metrics(verdict.slices().getFirst().candidate()));
    return json;
  }

  /** Scores between their deciles, as the statistics of the train split have numbers. */
  public static ObjectNode scores(ScoreDeciles scores) {
    ObjectNode json = JSON.createObjectNode();
    scores.boundaries().forEach(json.putArray("boundaries")::add);
    scores.counts().forEach(json.putArray("counts")::add);
    return json;
  }

  /** The whole verdict, for the file. */
  public static ObjectNode whole(Verdict verdict) {
    ObjectNode json = summary(verdict);
    ArrayNode slices = json.putArray("slices");
    verdict.slices().forEach(slice -> slices.add(slice(slice)));
    json.put("omittedSlices", verdict.omittedSlices());
    return json;
  }

  /** A metric that is undefined has its reason in place of a number. */
  public static ObjectNode metrics(Measured measured) {
    ObjectNode json = JSON.createObjectNode();
    measured
        .metrics()
        .forEach(
            (metric, measurement) -> {
              String name = metric.name().toLowerCase(Locale.ROOT);
              switch (measurement) {
                case Measurement.Value value -> json.put(name, value.value());
                case Measurement.Undefined undefined ->
                    json.putObject(name).put("undefined", undefined.reason());
              }
            });
    return json;
  }

  private static ObjectNode check(Check check) {
    Threshold threshold = check.threshold();
    ObjectNode json = JSON.createObjectNode();
    json.put("metric", threshold.metric().name().toLowerCase(Locale.ROOT));
    json.set("slice", JSON.valueToTree(check.slice().values()));
    switch (threshold) {
      case Threshold.Value value -> {
        value.lowerBound().ifPresent(bound -> json.put("lowerBound", bound));
        value.upperBound().ifPresent(bound -> json.put("upperBound", bound));
      }
      case Threshold.Change change -> {
        ObjectNode bounds = json.putObject("change").put("direction", change.direction().name());
        change.absolute().ifPresent(bound -> bounds.put("absolute", bound));
        change.relative().ifPresent(bound -> bounds.put("relative", bound));
      }
    }
    switch (check.outcome()) {
      case Check.Outcome.Passed passed -> {
        json.put("outcome", "passed").put("candidate", passed.candidate());
        passed.champion().ifPresent(champion -> json.put("champion", champion));
      }
      case Check.Outcome.Failed failed -> {
        json.put("outcome", "failed")
            .put("reason", failed.reason().name())
            .put("message", failed.message());
        failed.candidate().ifPresent(candidate -> json.put("candidate", candidate));
        failed.champion().ifPresent(champion -> json.put("champion", champion));
      }
      case Check.Outcome.Skipped() -> json.put("outcome", "skipped");
    }
    return json;
  }

  private static ObjectNode slice(SliceResult result) {
    ObjectNode json = JSON.createObjectNode();
    json.set("slice", JSON.valueToTree(result.slice().values()));
    json.put("rows", result.candidate().rows());
    json.set("metrics", metrics(result.candidate()));
    result
        .comparison()
        .ifPresent(
            comparison -> {
              ObjectNode compared = json.putObject("unseen");
              compared.put("rows", comparison.candidate().rows());
              compared.set("candidate", metrics(comparison.candidate()));
              compared.set("champion", metrics(comparison.champion()));
            });
    return json;
  }

  /** Why it is not blessed, in words. */
  public static List<String> failures(Verdict verdict) {
    if (verdict.missingThresholds()) {
      return List.of("evaluate has no thresholds");
    }
    return Stream.concat(
            verdict.shortages().stream().map(Verdict.Shortage::message),
            verdict.checks().stream()
                .map(Check::outcome)
                .filter(Check.Outcome.Failed.class::isInstance)
                .map(outcome -> ((Check.Outcome.Failed) outcome).message()))
        .toList();
  }
}
