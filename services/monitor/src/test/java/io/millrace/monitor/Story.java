package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.FlightsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane tells of flights whose codes change at noon on 30 January 2001, as
 * records: the numbers are made up, their form is that of the contracts.
 */
public final class Story {
  private static final Instant JANUARY = Instant.parse("2001-01-01T00:00:00Z");
  private static final Instant WALL = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final List<String> FIELDS =
      List.of(
          "distance_miles",
          "origin_delay_3h",
          "destination_delay_3h",
          "origin",
          "destination",
          "origin_late_1h",
          "_score");
  private static final int FIRST_JUDGED_DAY = 20;
  private static final int SWITCH_DAY = 30;
  private static final int LAST_DAY = 36;

  private final ControlWriter writer;
  private final ArtifactStore store;
  private final String pipeline;

  public Story(ControlWriter writer, ArtifactStore store, String pipeline) {
    this.writer = writer;
    this.store = store;
    this.pipeline = pipeline;
  }

  /** The pipeline file of the example is applied under this name. */
  public Story apply() {
    writer.write(
        PipelineVersion.newBuilder()
            .setPipeline(pipeline)
            .setVersion(1)
            .setFile(FlightsFile.text().replace("name: flights", "name: " + pipeline))
            .setPartitions(4)
            .setSchemas(Map.of())
            .setAppliedAt(WALL)
            .build());
    return this;
  }

  /** Rows of two weeks, the first run, and its model live. */
  public Story firstChampion() {
    for (int part = 0; part < 8; part++) {
      writer.write(part(part));
    }
    run("0-rows-000000200000-ab12cd34", 60, StoryJson.FIRST_REQUEST, 1, 0.7302, "");
    return this;
  }

  /** Healthy days; then the codes change, and what is live falls. */
  public Story decay() {
    for (int day = 14; day < SWITCH_DAY + 2; day++) {
      double auc =
          day < SWITCH_DAY - 1 ? 0.725 + 0.012 * Math.sin(day) : day < SWITCH_DAY ? 0.66 : 0.61;
      String verdict =
          day < FIRST_JUDGED_DAY ? "NOT_JUDGED" : day < SWITCH_DAY - 1 ? "HEALTHY" : "DECAYED";
      writer.write(metrics(1, day, auc, verdict, day < FIRST_JUDGED_DAY ? "TOO_FEW_WINDOWS" : ""));
      for (String field : FIELDS) {
        writer.write(drift("DRIFT", field, day));
        writer.write(drift("SKEW", field, day));
      }
    }
    writer.write(
        alert(
            "decay/v1",
            "MODEL_DECAYED",
            "auc of version 1 is 0.6100, usual is 0.7258 (limit 0.6458); at first it was 0.7302 (limit 0.6502)"));
    writer.write(
        alert(
            "drift/origin",
            "INPUT_DRIFTED",
            "origin is not what it was in the window of 2001-01-29T00:00:00Z: 0.514 bits (limit 0.1, by chance 0.012)"));
    return this;
  }

  /** The one run, and a model that knows the new codes. */
  public Story recovery() {
    run("20010131T000000-9f8e7d6c", 400, StoryJson.DECAY_REQUEST, 2, 0.7411, "1");
    writer.write(metrics(1, SWITCH_DAY + 2, 0.605, "DECAYED", ""));
    writer.write(metrics(2, SWITCH_DAY + 2, 0.735, "NOT_JUDGED", "TOO_FEW_WINDOWS"));
    for (int day = SWITCH_DAY + 3; day < LAST_DAY; day++) {
      writer.write(metrics(2, day, 0.73, "NOT_JUDGED", "TOO_FEW_WINDOWS"));
    }
    writer.write(metrics(2, LAST_DAY, 0.741, "OPEN", ""));
    AlertEvent raised = alert("decay/v1", "MODEL_DECAYED", "over");
    raised.setCleared(true);
    raised.setAt(WALL.plusSeconds(460));
    writer.write(raised);
    return this;
  }

  /** A run by hand that stops in the middle of its training. */
  public Story openRun() {
    RunStep.Builder step = step("20261121T101500-a1b2c3", 900);
    writer.write(step.setStep("requested").setEvidence("{\"reason\":\"manual\"}").build());
    writer.write(done(step, "transform", 905, "{\"rows\":401233,\"train\":320986,\"eval\":80247}"));
    writer.write(
        step.setStep("train")
            .setState("RUNNING")
            .setAt(WALL.plusSeconds(912))
            .setEvidence("{\"share\":0.42,\"phase\":\"boost\",\"round\":42,\"rounds\":100}")
            .build());
    return this;
  }

  private void run(String run, int from, String request, int version, double auc, String champion) {
    RunStep.Builder step = step(run, from);
    writer.write(step.setStep("requested").setEvidence(request).build());
    ArtifactRef manifest =
        file("manifests", "manifest", StoryJson.MANIFEST.formatted(pipeline, 200000 * version));
    ArtifactRef transform = file("transforms", "transform", "{\"transform\":" + version + "}");
    step.setOutputs(List.of(manifest, transform));
    writer.write(
        done(
            step,
            "transform",
            from + 6,
            "{\"rows\":204511,\"train\":163609,\"eval\":40902,\"seconds\":5.1}"));
    step.setOutputs(List.of());
    writer.write(
        done(
            step,
            "train",
            from + 20,
            "{\"rows\":163609,\"rounds\":100,\"metric\":\"auc\",\"eval\":"
                + auc
                + ",\"seconds\":12.4}"));
    writer.write(
        done(
            step,
            "evaluate",
            from + 26,
            champion.isEmpty()
                ? StoryJson.FIRST_VERDICT.formatted(auc)
                : StoryJson.VERDICT.formatted(auc, auc, auc)));
    writer.write(done(step, "refit", from + 38, "{\"rows\":204511,\"rounds\":100}"));
    writer.write(
        done(step, "finish", from + 42, "{\"blessed\":true,\"version\":%d}".formatted(version)));
    publish(run, version, champion, from + 42, auc);
  }

  private void publish(String run, int version, String champion, int second, double auc) {
    ModelVersion published =
        ModelVersion.newBuilder()
            .setVersion(version)
            .setRun(run)
            .setPipelineVersion(1)
            .setFile(file("models", "model", "model " + version))
            .setCard(file("cards", "card", StoryJson.CARD.formatted(auc, auc)))
            .setWarmup(file("models", "warmup", "warmup " + version))
            .setStatistics(file("statistics", "statistics", "{}"))
            .build();
    AliasMoved moved =
        AliasMoved.newBuilder()
            .setAlias("champion")
            .setVersion(version)
            .setPrevious(champion.isEmpty() ? null : Integer.valueOf(champion))
            .setSequence(version)
            .setReason(
                "run "
                    + run
                    + (champion.isEmpty()
                        ? ": blessed, with no champion to compare with"
                        : ": better than version 1"))
            .build();
    for (Object change : List.of(published, moved)) {
      writer.write(
          ModelEvent.newBuilder()
              .setModel(pipeline)
              .setChange(change)
              .setAt(WALL.plusSeconds(second))
              .build());
    }
  }

  private RunStep.Builder step(String run, int second) {
    return RunStep.newBuilder()
        .setPipeline(pipeline)
        .setRun(run)
        .setState("DONE")
        .setPipelineVersion(1)
        .setBy("test/1")
        .setAt(WALL.plusSeconds(second));
  }

  private static RunStep done(RunStep.Builder step, String name, int second, String evidence) {
    return step.setStep(name)
        .setState("DONE")
        .setAt(WALL.plusSeconds(second))
        .setEvidence(evidence)
        .build();
  }

  private PartWritten part(int number) {
    return PartWritten.newBuilder()
        .setPipeline(pipeline)
        .setPart("p" + number)
        .setUri("file:///parts/p" + number + ".parquet")
        .setSha256("%064x".formatted(number))
        .setBytes(1_000_000)
        .setRows(25_564)
        .setPartition(number % 4)
        .setFirstOffset(number / 4 * 30_000L)
        .setLastOffset(number / 4 * 30_000L + 25_570)
        .setMinTime(JANUARY.plus(DAY.multipliedBy(7L * (number / 4))))
        .setMaxTime(JANUARY.plus(DAY.multipliedBy(7L * (number / 4 + 1))).minusSeconds(1))
        .setPipelineVersion(1)
        .build();
  }

  private MetricsMeasured metrics(int version, int day, double auc, String verdict, String reason) {
    boolean judged = verdict.equals("HEALTHY") || verdict.equals("DECAYED");
    return MetricsMeasured.newBuilder()
        .setPipeline(pipeline)
        .setVersion(version)
        .setWindowStart(JANUARY.plus(DAY.multipliedBy(day - 1)))
        .setWindowEnd(JANUARY.plus(DAY.multipliedBy(day)))
        .setRevision(3)
        .setPredictions(15_800 + day)
        .setLabelled(verdict.equals("OPEN") ? 6_000 : 15_740)
        .setMetrics(Map.of("auc", auc, "log_loss", 0.42, "accuracy", 0.82))
        .setClosedBy(verdict.equals("OPEN") ? "" : "EVENT_TIME")
        .setVerdict(verdict)
        .setReason(reason)
        .setExpected(Map.of())
        .setBaseline(judged ? 0.7258 : null)
        .setLimit(judged ? 0.6458 : null)
        .setFirstBaseline(judged ? 0.7302 : null)
        .setFirstLimit(judged ? 0.6502 : null)
        .setAt(WALL.plusSeconds(100 + day))
        .build();
  }

  private DriftMeasured drift(String kind, String field, int day) {
    boolean code = field.equals("origin") || field.equals("destination");
    boolean changed = code && (day == SWITCH_DAY || day == SWITCH_DAY + 1);
    double bits =
        changed ? 0.51 : kind.equals("SKEW") ? 0.02 : 0.01 * (1 + Math.abs(Math.sin(day)));
    @Nullable Double greatest = code ? Double.valueOf(changed ? 0.05 : 0.01) : null;
    boolean unknown = field.equals("_score") && kind.equals("SKEW");
    return DriftMeasured.newBuilder()
        .setPipeline(pipeline)
        .setField(field)
        .setKind(kind)
        .setWindowStart(JANUARY.plus(DAY.multipliedBy(day - 1)))
        .setWindowEnd(JANUARY.plus(DAY.multipliedBy(day)))
        .setRevision(1)
        .setVersion(kind.equals("SKEW") ? 1 : null)
        .setReferenceStart(kind.equals("DRIFT") ? JANUARY.plus(DAY.multipliedBy(day - 2)) : null)
        .setCount(15_800)
        .setReferenceCount(15_700)
        .setJsdBits(unknown ? null : Double.valueOf(bits))
        .setChance(unknown ? null : 0.0012)
        .setLInfinity(unknown ? null : greatest)
        .setLInfinityChance(unknown || greatest == null ? null : 0.0083)
        .setClosedBy("EVENT_TIME")
        .setVerdict(unknown ? "NOT_JUDGED" : changed ? "EXCEEDED" : "WITHIN")
        .setReason(unknown ? "NO_REFERENCE" : "")
        .setAt(WALL.plusSeconds(100 + day))
        .build();
  }

  private AlertEvent alert(String alert, String code, String message) {
    return AlertEvent.newBuilder()
        .setPipeline(pipeline)
        .setAlert(alert)
        .setCode(code)
        .setMessage(message)
        .setEvidence(
            StoryJson.ALERT.formatted(
                alert.endsWith("v1") ? "metric" : "feature",
                alert.endsWith("v1") ? "auc" : "origin"))
        .setBy("monitor/1")
        .setAt(WALL.plusSeconds(390))
        .build();
  }

  private ArtifactRef file(String folder, String kind, String content) {
    try {
      return store.put(content.getBytes(UTF_8), pipeline + "/" + folder, ".json").reference(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
