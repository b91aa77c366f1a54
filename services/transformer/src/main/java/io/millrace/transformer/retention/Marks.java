package io.millrace.transformer.retention;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.runs.Run;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why files of a pipeline are kept, by their names; the first reason that is found is told. */
final class Marks {
  /** Why a file is kept. */
  enum Reason {
    /** A part is announced. */
    ANNOUNCED,
    /** An alias names the version, or has named it. */
    LIVE,
    /** A manifest that is kept names it. */
    MANIFEST,
    /** A run or a version that was made in the time for which it is kept. */
    RECENT
  }

  private final PipelineFacts facts;
  private final Retention retention;
  private final ArtifactStore store;
  private final Instant now;
  private final Map<String, Reason> reasons = new HashMap<>();
  private final Map<String, ArtifactRef> manifests = new HashMap<>();

  private Marks(PipelineFacts facts, ArtifactStore store, Instant now) {
    this.facts = facts;
    this.retention = facts.retention();
    this.store = store;
    this.now = now;
  }

  /**
   * What is kept.
   *
   * @throws IOException when a manifest can't be read now
   */
  static Marks of(PipelineFacts facts, ArtifactStore store, Instant now) throws IOException {
    Marks marks = new Marks(facts, store, now);
    facts.parts().forEach(part -> marks.keep(part.getUri(), Reason.ANNOUNCED));
    marks.markVersions();
    marks.markRuns();
    marks.markPartsOfManifests();
    return marks;
  }

  /** Whether nothing may go: what an open run goes by may be in no word of its yet. */
  boolean areHeld() {
    return facts.runs().stream().anyMatch(Run::isOpen);
  }

  Optional<Reason> of(String name) {
    return Optional.ofNullable(reasons.get(name));
  }

  /** What was ever live explains what was predicted, and can be gone back to. */
  private void markVersions() {
    Set<Integer> everLive =
        facts.models().moves().stream().map(Move::version).collect(Collectors.toSet());
    Set<Integer> live =
        facts.models().aliases().values().stream().map(Move::version).collect(Collectors.toSet());
    Map<String, Run> runs =
        facts.runs().stream().collect(Collectors.toMap(Run::id, run -> run, (a, b) -> b));
    for (Published published : facts.models().versions().values()) {
      ModelVersion version = published.version();
      boolean wasLive = everLive.contains(version.getVersion());
      if (!wasLive && !isWithin(published.at(), retention.models())) {
        continue;
      }
      Reason reason = wasLive ? Reason.LIVE : Reason.RECENT;
      Stream.of(version.getFile(), version.getCard(), version.getWarmup(), version.getStatistics())
          .forEach(file -> keep(file.getUri(), reason));
      Run run = runs.get(version.getRun());
      if (wasLive && run != null) {
        boolean isLive = live.contains(version.getVersion());
        files(run).forEach(file -> keep(file, reason, isLive));
      }
    }
  }

  private void markRuns() {
    for (Run run : facts.runs()) {
      for (RunStep step : run.steps().values()) {
        step.getOutputs().stream()
            .filter(output -> run.isOpen() || isWithin(step.getAt(), keptFor(output)))
            .forEach(output -> keep(output, Reason.RECENT, true));
      }
    }
  }

  private Duration keptFor(ArtifactRef output) {
    return switch (output.getKind()) {
      case "manifest" -> retention.manifests();
      case "transform", "statistics" -> retention.transforms();
      default -> retention.models();
    };
  }

  /** A manifest that can't be read is of no use to anybody, nor are the parts that it names. */
  private void markPartsOfManifests() throws IOException {
    for (ArtifactRef reference : manifests.values()) {
      try (InputStream content = store.open(Artifact.of(reference))) {
        Manifest.parse(content.readAllBytes())
            .parts()
            .forEach(part -> keep(part.uri(), Reason.MANIFEST));
      } catch (ArtifactException e) {
        continue;
      }
    }
  }

  private static List<ArtifactRef> files(Run run) {
    List<ArtifactRef> files = new ArrayList<>();
    run.steps().values().forEach(step -> files.addAll(step.getOutputs()));
    return files;
  }

  /**
   * @param withParts whether the parts are kept that it names, if it is a manifest
   */
  private void keep(ArtifactRef file, Reason reason, boolean withParts) {
    keep(file.getUri(), reason);
    if (withParts && file.getKind().equals("manifest")) {
      manifests.put(file.getSha256(), file);
    }
  }

  /** By each end of its path that may be its name: roots move, and are mounted elsewhere. */
  private void keep(String uri, Reason reason) {
    String path = path(uri);
    String begin = "/" + facts.pipeline() + "/";
    Set<String> names = new HashSet<>();
    for (int at = path.indexOf(begin); at >= 0; at = path.indexOf(begin, at + 1)) {
      names.add(path.substring(at + 1));
    }
    names.forEach(name -> reasons.putIfAbsent(name, reason));
  }

  /** Empty for what is no reference: whoever may write facts may also lie. */
  private static String path(String uri) {
    try {
      String path = new URI(uri).getPath();
      return path == null ? "" : path;
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private boolean isWithin(Instant at, Duration kept) {
    return at.plus(kept).isAfter(now);
  }
}
