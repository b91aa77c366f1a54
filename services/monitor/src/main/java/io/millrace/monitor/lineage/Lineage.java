package io.millrace.monitor.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.history.PipelineHistory;
import io.millrace.monitor.history.RunSteps;
import io.millrace.monitor.lineage.Announcements.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts together what made a version: from the log, its run's manifest, and its card. */
public final class Lineage {
  private final PipelineHistory history;
  private final Announcements announcements;
  private final Files files;

  public Lineage(PipelineHistory history, Announcements announcements, ArtifactStore store) {
    this.history = history;
    this.announcements = announcements;
    this.files = new Files(store);
  }

  /** JSON-ready; files that can't be read are named under {@code missing}. */
  public Map<String, Object> of(Published published) {
    ModelVersion version = published.version();
    Optional<Run> run = history.run(version.getRun()).map(RunSteps::run);
    JsonNode card = files.read(version.getCard());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", history.pipeline());
    body.put("version", version.getVersion());
    body.put("champion", history.models().champion().filter(published::equals).isPresent());
    body.put("publishedAt", published.at());
    body.put("pipelineVersion", version.getPipelineVersion());
    body.put("run", version.getRun());
    run.flatMap(r -> r.step(Known.REQUESTED)).ifPresent(step -> request(body, step));
    body.put("file", artifact(version.getFile()));
    body.put("statistics", artifact(version.getStatistics()));
    run.flatMap(r -> output(r, Known.TRANSFORM, "transform"))
        .ifPresent(transform -> body.put("transform", artifact(transform)));
    run.flatMap(r -> output(r, Known.TRANSFORM, "manifest"))
        .ifPresent(manifest -> body.put("data", data(manifest)));
    body.put("training", training(card));
    body.put("verdict", card.at("/candidate/verdict/metrics"));
    body.put("compared", card.at("/candidate/verdict/champion"));
    body.put("missing", files.missing());
    return body;
  }

  private static void request(Map<String, Object> body, RunStep step) {
    JsonNode evidence = Evidence.of(step);
    body.put("reason", evidence.path("reason").asText("unknown"));
    body.put("request", evidence);
    body.put("requestedBy", step.getBy());
    body.put("requestedAt", step.getAt());
  }

  private Map<String, Object> data(ArtifactRef reference) {
    JsonNode manifest = files.read(reference);
    Set<Key> named = new HashSet<>();
    manifest.path("parts").forEach(part -> named.add(key(part)));
    Map<Key, PartWritten> announced = announcements.find(history, named);
    List<Map<String, Object>> parts = new ArrayList<>();
    manifest
        .path("parts")
        .forEach(part -> parts.add(part(part, Optional.ofNullable(announced.get(key(part))))));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("manifest", artifact(reference));
    if (manifest.isObject()) {
      body.put("rows", manifest.path("rows").asLong());
      body.put("from", CloudEvents.instant(manifest.path("from").asLong()));
      body.put("to", CloudEvents.instant(manifest.path("to").asLong()));
      body.put("split", manifest.path("split"));
    }
    body.put("parts", parts);
    return body;
  }

  private static Key key(JsonNode part) {
    return new Key(part.path("part").asText(), part.path("version").asInt());
  }

  /** A part as the manifest has it, with the offsets that its announcement tells. */
  private static Map<String, Object> part(JsonNode part, Optional<PartWritten> announced) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("part", part.path("part").asText());
    body.put("version", part.path("version").asInt());
    body.put("uri", part.path("uri").asText());
    body.put("sha256", part.path("sha256").asText());
    body.put("rows", part.path("rows").asLong());
    announced.ifPresent(
        written -> {
          body.put("partition", written.getPartition());
          body.put("firstOffset", written.getFirstOffset());
          body.put("lastOffset", written.getLastOffset());
          body.put("minTime", written.getMinTime());
          body.put("maxTime", written.getMaxTime());
        });
    return body;
  }

  /** How the published file was trained: anew on all rows, where that was asked for. */
  private static Map<String, Object> training(JsonNode card) {
    JsonNode candidate = card.at("/candidate/training");
    JsonNode refit = card.at("/published/training");
    JsonNode provenance = (refit.isObject() ? refit : candidate).path("provenance");
    Map<String, Object> body = new LinkedHashMap<>();
    for (String key :
        List.of(
            "learner", "kind", "seed", "device", "threads", "sample", "schema", "code",
            "library")) {
      if (provenance.has(key)) {
        body.put(key, provenance.get(key));
      }
    }
    body.put("trainedOn", card.at("/published/trainedOn").asText("unknown"));
    body.put("numbers", (refit.isObject() ? refit : candidate).path("numbers"));
    return body;
  }

  private static Optional<ArtifactRef> output(Run run, Step step, String kind) {
    return run.step(step).stream()
        .flatMap(done -> done.getOutputs().stream())
        .filter(output -> output.getKind().equals(kind))
        .findFirst();
  }

  private static Map<String, Object> artifact(ArtifactRef reference) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("uri", reference.getUri());
    body.put("sha256", reference.getSha256());
    body.put("bytes", reference.getBytes());
    return body;
  }
}
