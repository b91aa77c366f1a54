package io.millrace.monitor.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.runs.Evidence;
import io.millrace.monitor.history.Alert;
import io.millrace.monitor.history.PipelineHistory;
import io.millrace.monitor.history.Swap;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What has happened to a pipeline. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class HistoryResource {
  private final KnownHistories histories;
  private final PipelineVersions versions;

  @Inject
  public HistoryResource(KnownHistories histories, PipelineVersions versions) {
    this.histories = histories;
    this.versions = versions;
  }

  /** All runs, the newest request first, and how many rows there are to train on. */
  @GET
  @Path("/{name}/runs")
  public Map<String, Object> runs(@PathParam("name") String name) {
    PipelineHistory history = histories.require(name);
    Map<String, Object> body = named(name);
    body.put("rows", history.rows());
    pipeline(history).ifPresent(p -> body.put("firstAfter", p.monitor().retrain().firstAfter()));
    body.put("runs", history.runs().reversed().stream().map(RunJson::of).toList());
    return body;
  }

  /** How many parts are announced at this moment, and how many rows they have. */
  @GET
  @Path("/{name}/parts")
  @Blocking
  public Map<String, Object> parts(@PathParam("name") String name) {
    PipelineHistory history = histories.requireNewest(name);
    Map<String, Object> body = named(name);
    body.put("parts", history.parts());
    body.put("rows", history.rows());
    return body;
  }

  @GET
  @Path("/{name}/runs/{run}")
  public Map<String, Object> run(@PathParam("name") String name, @PathParam("run") String run) {
    return histories
        .require(name)
        .run(run)
        .map(RunJson::of)
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_RUN, "the pipeline %s has no run %s".formatted(name, run)));
  }

  /** By window and version, with the times at which another version became the served one. */
  @GET
  @Path("/{name}/metrics")
  public Map<String, Object> metrics(@PathParam("name") String name) {
    PipelineHistory history = histories.require(name);
    Map<String, Object> body = named(name);
    pipeline(history).ifPresent(pipeline -> body.putAll(watched(pipeline)));
    history
        .models()
        .current(ModelHistory.CHAMPION)
        .ifPresent(move -> body.put("champion", move.version()));
    body.put(
        "swaps",
        Swap.of(history.models().moves(ModelHistory.CHAMPION), history.metrics()).stream()
            .map(MeasuredJson::of)
            .toList());
    body.put("windows", history.metrics().stream().map(MeasuredJson::of).toList());
    return body;
  }

  /** By window, kind and field. */
  @GET
  @Path("/{name}/drift")
  public Map<String, Object> drift(@PathParam("name") String name) {
    PipelineHistory history = histories.require(name);
    Map<String, Object> body = named(name);
    pipeline(history)
        .map(pipeline -> pipeline.monitor().drift())
        .ifPresent(
            drift -> {
              body.put("limits", named(drift.limits()));
              body.put("minExamples", drift.minExamples());
              body.put("againstSeconds", drift.against().toSeconds());
              Map<String, Object> fields = new TreeMap<>();
              drift.fields().forEach((field, rule) -> fields.put(field, field(rule)));
              body.put("fields", fields);
            });
    body.put("windows", history.drift().stream().map(MeasuredJson::of).toList());
    return body;
  }

  private static Map<String, Object> field(Monitor.Drift.FieldRule rule) {
    Map<String, Object> body = new LinkedHashMap<>();
    if (!rule.limits().isEmpty()) {
      body.put("limits", named(rule.limits()));
    }
    rule.against().ifPresent(season -> body.put("againstSeconds", season.toSeconds()));
    if (rule.ignored()) {
      body.put("ignore", true);
    }
    return body;
  }

  private static Map<String, Double> named(Map<Monitor.Distance, Double> limits) {
    Map<String, Double> named = new TreeMap<>();
    limits.forEach((of, limit) -> named.put(lower(of), limit));
    return named;
  }

  /** The latest first. */
  @GET
  @Path("/{name}/alerts")
  public Map<String, Object> alerts(@PathParam("name") String name) {
    Map<String, Object> body = named(name);
    body.put(
        "alerts", histories.require(name).alerts().stream().map(HistoryResource::alert).toList());
    return body;
  }

  private static Map<String, Object> alert(Alert alert) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("alert", alert.raised().getAlert());
    body.put("code", alert.raised().getCode());
    body.put("message", alert.raised().getMessage());
    body.put("evidence", Evidence.parse(alert.raised().getEvidence()));
    body.put("by", alert.raised().getBy());
    body.put("since", alert.since());
    alert.over().ifPresent(over -> body.put("over", over));
    return body;
  }

  /** The metric that stands for all: the one that decay is judged by, if one is. */
  private static Map<String, Object> watched(Pipeline pipeline) {
    Optional<Monitor.Decay> decay = pipeline.monitor().decay();
    Metric metric = decay.map(d -> d.metric()).orElseGet(() -> usual(pipeline.label().kind()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("metric", lower(metric));
    body.put("higherIsBetter", metric.higherIsBetter());
    decay.ifPresent(
        d ->
            body.put(
                "decay",
                Map.of(
                    "drop",
                    d.drop(),
                    "windows",
                    d.windows(),
                    "baseline",
                    d.baselineWindows(),
                    "first",
                    d.firstWindows())));
    return body;
  }

  private static Metric usual(Label.Kind kind) {
    return switch (kind) {
      case BINARY -> Metric.AUC;
      case MULTICLASS -> Metric.ACCURACY;
      case REGRESSION -> Metric.RMSE;
    };
  }

  private Optional<Pipeline> pipeline(PipelineHistory history) {
    return history
        .newest()
        .filter(version -> !version.getDeleted())
        .flatMap(version -> versions.find(history.pipeline(), version.getVersion()))
        .map(RunnablePipeline::pipeline);
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> named(String pipeline) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", pipeline);
    return body;
  }
}
