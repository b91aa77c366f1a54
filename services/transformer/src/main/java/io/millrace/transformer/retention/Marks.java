package io.millrace.transformer.retention;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why files of a pipeline are kept, by their names; the first reason that is found is told. */
final class Marks {
  private static final ObjectMapper JSON = new ObjectMapper();

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
  private final Optional<Retention> retention;
  private final ArtifactStore store;
  private final Instant now;
  private final Map<String, Reason> reasons = new HashMap<>();
  private final Map<String, ArtifactRef> manifests = new HashMap<>();
  private final List<Hold> holds;

  private Marks(PipelineFacts facts, ArtifactStore store, Instant now) {
    this.facts = facts;
    this.retention = facts.retention();
    this.store = store;
    this.now = now;
    this.holds = new ArrayList<>(facts.holds());
  }

  /**
   * What is kept.
   *
   * @throws IOException when the store is away
   */
  static Marks of(PipelineFacts facts, ArtifactStore store, Instant now) throws IOException {
    Marks marks = new Marks(facts, store, now);
    facts.parts().forEach(part -> marks.keep(part.getUri(), Reason.ANNOUNCED));
    marks.markVersions();
    marks.markRuns();
    marks.markPartsOfManifests();
    return marks;
  }

  /** Why nothing may go; what is kept is all that is known to be, then. */
  List<Hold> holds() {
    return List.copyOf(holds);
  }

  Optional<Reason> of(String name) {
    return Optional.ofNullable(reasons.get(name));
  }

  /** What was ever live explains what was predicted, and can be gone back to. */
  private void markVersions() throws IOException {
    Set<Integer> everLive =
        facts.models().moves().stream().map(Move::version).collect(Collectors.toSet());
    Set<Integer> live =
        facts.models().aliases().values().stream().map(Move::version).collect(Collectors.toSet());
    Map<String, Run> runs =
        facts.runs().stream().collect(Collectors.toMap(Run::id, run -> run, (a, b) -> b));
    for (Published published : facts.models().versions().values()) {
      ModelVersion version = published.version();
      boolean wasLive = everLive.contains(version.getVersion());
      if (!wasLive && !isWithin(published.at(), Retention::models)) {
        continue;
      }
      Reason reason = wasLive ? Reason.LIVE : Reason.RECENT;
      Stream.of(version.getFile(), version.getCard(), version.getWarmup(), version.getStatistics())
          .forEach(file -> keep(file.getUri(), reason));
      if (wasLive) {
        boolean isLive = live.contains(version.getVersion());
        Run run = runs.get(version.getRun());
        if (run != null) {
          files(run).forEach(file -> keep(file, reason, isLive));
        } else {
          manifestOf(version).ifPresent(manifest -> keep(manifest, reason, isLive));
        }
      }
    }
  }

  /**
   * By the version's own card, where its run is taken back; empty when that manifest is not there.
   */
  private Optional<ArtifactRef> manifestOf(ModelVersion version) throws IOException {
    ArtifactRef card = version.getCard();
    Optional<byte[]> content = read(card, true);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    String sha256 = manifestIn(content.get());
    String name = facts.pipeline() + "/manifests/" + sha256 + ".json";
    int folder = card.getUri().lastIndexOf("/cards/");
    if (!sha256.matches("[0-9a-f]{64}") || folder < 0) {
      hold(card, "the card of version %d names no manifest".formatted(version.getVersion()));
      return Optional.empty();
    }
    String uri = card.getUri().substring(0, folder) + "/manifests/" + sha256 + ".json";
    List<ArtifactRef> found = new ArrayList<>();
    store.list(
        facts.pipeline() + "/manifests",
        stored -> {
          if (stored.name().equals(name)) {
            found.add(new ArtifactRef("manifest", uri, sha256, stored.bytes()));
          }
        });
    return found.stream().findFirst();
  }

  private static String manifestIn(byte[] card) {
    try {
      return JSON.readTree(card).path("manifest").asText();
    } catch (IOException e) {
      return "";
    }
  }

  private void markRuns() {
    for (Run run : facts.runs()) {
      for (RunStep step : run.steps().values()) {
        step.getOutputs().stream()
            .filter(output -> run.isOpen() || isWithin(step.getAt(), kept -> keptFor(output, kept)))
            .forEach(output -> keep(output, Reason.RECENT, true));
      }
    }
  }

  private static Duration keptFor(ArtifactRef output, Retention retention) {
    return switch (output.getKind()) {
      case "manifest" -> retention.manifests();
      case "transform", "statistics" -> retention.transforms();
      default -> retention.models();
    };
  }

  /** One that is missing names nothing to anybody. */
  private void markPartsOfManifests() throws IOException {
    for (ArtifactRef reference : manifests.values()) {
      Optional<byte[]> content = read(reference, false);
      if (content.isPresent()) {
        try {
          Manifest.parse(content.get()).parts().forEach(part -> keep(part.uri(), Reason.MANIFEST));
        } catch (IOException e) {
          hold(reference, "a manifest can't be read: " + e.getMessage());
        }
      }
    }
  }

  /**
   * Empty for what can't be read, which holds all.
   *
   * @param isNeeded whether so does what is missing
   */
  private Optional<byte[]> read(ArtifactRef reference, boolean isNeeded) throws IOException {
    try (InputStream content = store.open(Artifact.of(reference))) {
      return Optional.of(content.readAllBytes());
    } catch (ArtifactException e) {
      if (isNeeded || !e.isMissing()) {
        hold(reference, String.valueOf(e.getMessage()));
      }
    } catch (IllegalArgumentException e) { // as whoever may write facts may also lie
      hold(reference, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private void hold(ArtifactRef file, String why) {
    holds.add(new Hold(ErrorCode.PART_DAMAGED, "%s: %s".formatted(file.getUri(), why)));
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

  private boolean isWithin(Instant at, Function<Retention, Duration> kept) {
    return retention.map(kept).map(time -> at.plus(time).isAfter(now)).orElse(true);
  }
}
