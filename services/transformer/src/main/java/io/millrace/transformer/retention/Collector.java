package io.millrace.transformer.retention;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ArtifactStore.Stored;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.messaging.http.ProblemException;
import io.millrace.transformer.retention.Inventory.Count;
import io.millrace.transformer.retention.Inventory.Folder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files that nothing refers to. What is referred to is read first, then what is there; a
 * file that is younger than the grace stays, as what it is for may not have been said yet. So
 * several may collect at once, and one that is cut off is continued by the next.
 */
final class Collector {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  private static final Pattern PIPELINE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** All that this Millrace writes; what another one has put elsewhere is not its to judge. */
  private static final Set<String> FOLDERS =
      Set.of("parts", "manifests", "transforms", "statistics", "models", "verdicts", "cards");

  private final Supplier<ControlPlane.Said> said;
  private final ArtifactStore store;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param said reads what is said now
   */
  Collector(Supplier<ControlPlane.Said> said, ArtifactStore store, Duration grace, Clock clock) {
    this.said = said;
    this.store = store;
    this.grace = grace;
    this.clock = clock;
  }

  /** What would go. */
  Inventory look(String pipeline) throws IOException {
    return collect(requireName(pipeline), false);
  }

  /**
   * Lets it go. Of a pipeline of which nothing is said any more all goes: only when somebody names
   * it, since a broker that has lost its topics says nothing either.
   */
  Inventory collect(String pipeline) throws IOException {
    return collect(requireName(pipeline), true);
  }

  /** Of all pipelines that were ever applied. */
  void collectAll() throws IOException {
    ControlPlane.Said now = said.get();
    for (String pipeline : now.pipelines()) {
      collect(now.of(pipeline), true);
    }
  }

  private Inventory collect(String pipeline, boolean goes) throws IOException {
    PipelineFacts facts = said.get().of(pipeline);
    Inventory found = collect(facts, goes);
    if (facts.isEmpty() && found.folders().isEmpty()) {
      throw unknown(pipeline);
    }
    return found;
  }

  private Inventory collect(PipelineFacts facts, boolean goes) throws IOException {
    Instant before = clock.instant().minus(grace);
    Marks marks = Marks.of(facts, store, clock.instant());
    Map<String, Folder> folders = new TreeMap<>();
    List<String> names = new ArrayList<>();
    store.list(
        facts.pipeline(),
        stored ->
            folder(stored)
                .ifPresent(
                    folder -> {
                      Optional<Marks.Reason> reason = marks.of(stored.name());
                      boolean isYoung = !stored.at().isBefore(before);
                      folders.merge(
                          folder,
                          new Folder(Map.of(), Count.NONE, Count.NONE),
                          (known, none) -> known);
                      folders.computeIfPresent(
                          folder, (name, known) -> with(known, stored, reason, isYoung));
                      if (reason.isEmpty() && !isYoung) {
                        names.add(stored.name());
                      }
                    }));
    boolean done = goes && !marks.areHeld();
    if (done) {
      delete(facts.pipeline(), names, before);
    }
    return new Inventory(
        facts.pipeline(), shown(facts.retention()), marks.areHeld(), done, folders);
  }

  private static Folder with(
      Folder known, Stored stored, Optional<Marks.Reason> reason, boolean isYoung) {
    if (reason.isPresent()) {
      Map<String, Count> kept = new TreeMap<>(known.kept());
      kept.merge(
          reason.get().name().toLowerCase(java.util.Locale.ROOT),
          Count.NONE.and(stored.bytes()),
          (before, one) -> before.and(stored.bytes()));
      return new Folder(kept, known.young(), known.goes());
    }
    return isYoung
        ? new Folder(known.kept(), known.young().and(stored.bytes()), known.goes())
        : new Folder(known.kept(), known.young(), known.goes().and(stored.bytes()));
  }

  private void delete(String pipeline, List<String> names, Instant before) throws IOException {
    long gone = 0;
    for (String name : names) {
      if (store.delete(name, before)) {
        gone++;
      }
    }
    if (gone > 0) {
      LOG.info("pipeline={} {} files that nothing refers to are gone", pipeline, gone);
    }
  }

  private static Optional<String> folder(Stored stored) {
    String[] names = stored.name().split("/", 3);
    return names.length == 3 && FOLDERS.contains(names[1])
        ? Optional.of(names[1])
        : Optional.empty();
  }

  private static Map<String, String> shown(Retention retention) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("parts", retention.parts().map(Duration::toString).orElse("all"));
    shown.put("models", retention.models().toString());
    shown.put("manifests", retention.manifests().toString());
    shown.put("transforms", retention.transforms().toString());
    shown.put("quarantine", retention.quarantine().toString());
    return shown;
  }

  private static String requireName(String pipeline) {
    if (!PIPELINE.matcher(pipeline).matches()) {
      throw unknown(pipeline);
    }
    return pipeline;
  }

  private static ProblemException unknown(String pipeline) {
    return new ProblemException(
        ErrorCode.UNKNOWN_PIPELINE,
        "nothing is said of a pipeline " + pipeline + ", and no file of it is there");
  }
}
