package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.windows.Tumbling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What there is to be alarmed about now. */
public record Alerts(Monitor monitor, boolean streams, Duration idle) {

  /**
   * The alerts that should be up.
   *
   * @param lastPrediction wall time of the last prediction, or of when one began to wait for it
   */
  public List<Alert> of(Facts facts, List<Trouble> troubles, Instant lastPrediction, Instant now) {
    List<Alert> alerts = new ArrayList<>();
    for (Trouble trouble : troubles) {
      if (monitor.retrain().on().contains(trouble.signal())
          || monitor.retrain().warn().contains(trouble.signal())) {
        alerts.add(alert(trouble));
      }
    }
    RunAlerts.failed(facts).ifPresent(alerts::add);
    alerts.addAll(RunAlerts.leftOut(facts));
    if (streams) {
      facts.champion().flatMap(live -> noTraffic(live, lastPrediction, now)).ifPresent(alerts::add);
    }
    return alerts;
  }

  private Optional<Alert> noTraffic(Move live, Instant lastPrediction, Instant now) {
    Instant since = lastPrediction.isAfter(live.at()) ? lastPrediction : live.at();
    if (since.plus(idle).isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(
        new Alert(
            "no-traffic",
            ErrorCode.NO_TRAFFIC,
            "version %d is live, and has had nothing to predict for %s"
                .formatted(live.version(), idle),
            Evidence.create().put("version", live.version()).put("since", since.toString())));
  }

  /** What it is compared with, and the limits; the one that was crossed first. */
  private static String baselines(JsonNode numbers) {
    String usual = baseline("usual is", numbers, "baseline", "limit");
    if (!numbers.has("firstBaseline")) {
      return usual;
    }
    String first = baseline("at first it was", numbers, "firstBaseline", "firstLimit");
    return numbers.path("crossed").asText().equals("first")
        ? first + "; " + usual
        : usual + "; " + first;
  }

  private static String baseline(String words, JsonNode numbers, String baseline, String limit) {
    return "%s %.4f (limit %.4f)"
        .formatted(words, numbers.path(baseline).asDouble(), numbers.path(limit).asDouble());
  }

  /** How far a field is from the others, with the limits that it has. */
  private String distances(Trouble trouble) {
    Map<Distance, Double> limits = monitor.drift().limits(trouble.subject());
    JsonNode numbers = trouble.numbers();
    List<String> distances = new ArrayList<>();
    distances.add(
        "%.3f bits".formatted(numbers.path("jsdBits").asDouble())
            + limit(limits.get(Distance.JSD_BITS), numbers.path("chance")));
    Double limit = limits.get(Distance.L_INFINITY);
    if (limit != null && numbers.has("lInfinity")) {
      distances.add(
          "a share differs by %.3f".formatted(numbers.path("lInfinity").asDouble())
              + limit(limit, numbers.path("lInfinityChance")));
    }
    return String.join(", ", distances);
  }

  private static String limit(@Nullable Double limit, JsonNode chance) {
    return limit == null ? "" : " (limit %s, by chance %.3f)".formatted(limit, chance.asDouble());
  }

  private Alert alert(Trouble trouble) {
    String signal = trouble.signal().name().toLowerCase(Locale.ROOT);
    ObjectNode evidence = Evidence.create().put("version", trouble.version());
    evidence.put(trouble.signal() == Signal.DECAY ? "metric" : "feature", trouble.subject());
    Tumbling windows = Tumbling.of(monitor.window());
    evidence
        .putObject("window")
        .put("start", CloudEvents.instant(trouble.window()).toString())
        .put("end", CloudEvents.instant(windows.end(trouble.window())).toString());
    evidence.put("since", CloudEvents.instant(trouble.first()).toString());
    evidence.set("numbers", trouble.numbers());
    return switch (trouble.signal()) {
      case DECAY ->
          new Alert(
              signal + "/v" + trouble.version(),
              ErrorCode.MODEL_DECAYED,
              "%s of version %d is %.4f, %s"
                  .formatted(
                      trouble.subject(),
                      trouble.version(),
                      trouble.numbers().path("value").asDouble(),
                      baselines(trouble.numbers())),
              evidence);
      case DRIFT ->
          new Alert(
              signal + "/" + trouble.subject(),
              ErrorCode.INPUT_DRIFTED,
              "%s is not what it was in the window of %s: %s"
                  .formatted(
                      trouble.subject(),
                      trouble.numbers().path("referenceStart").asText(),
                      distances(trouble)),
              evidence);
      case SKEW ->
          new Alert(
              signal + "/" + trouble.subject(),
              ErrorCode.INPUT_SKEWED,
              "%s is not what version %d was trained on: %s"
                  .formatted(trouble.subject(), trouble.version(), distances(trouble)),
              evidence);
    };
  }
}
