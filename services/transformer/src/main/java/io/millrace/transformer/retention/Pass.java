package io.millrace.transformer.retention;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ArtifactStore.Stored;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.transformer.retention.Inventory.Count;
import io.millrace.transformer.retention.Inventory.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Once through the files of a pipeline, folder by folder. What is said is read before, and again
 * right before each time that some of them go.
 */
final class Pass {
  private static final int AT_ONCE = 1_000;

  private final String pipeline;
  private final Facts said;
  private final ArtifactStore store;
  private final Clock clock;
  private final Instant before;
  private final Map<String, Counts> folders = new TreeMap<>();
  private final List<Stored> candidates = new ArrayList<>();
  private PipelineFacts facts;
  private Marks marks;
  private boolean goes;

  /** Reads what is said now. */
  interface Facts {
    PipelineFacts read() throws IOException;
  }

  /** Of a folder. */
  private static final class Counts {
    private final Map<String, Count> kept = new TreeMap<>();
    private Count young = Count.NONE;
    private Count goes = Count.NONE;
    private Count gone = Count.NONE;

    void keep(Marks.Reason reason, Stored file) {
      kept.merge(
          reason.name().toLowerCase(Locale.ROOT),
          Count.NONE.and(file.bytes()),
          (known, one) -> known.and(file.bytes()));
    }

    Folder folder() {
      return new Folder(kept, young, goes, gone);
    }
  }

  /**
   * @param said reads what is said now
   * @param before a file that was put at this time or later stays
   * @param goes whether what nothing refers to goes
   */
  Pass(Facts said, ArtifactStore store, Clock clock, Instant before, boolean goes)
      throws IOException {
    this.said = said;
    this.store = store;
    this.clock = clock;
    this.before = before;
    this.facts = said.read();
    this.pipeline = facts.pipeline();
    this.marks = Marks.of(facts, store, clock.instant());
    this.goes = goes && marks.holds().isEmpty();
  }

  /** Whether nothing at all is said of the pipeline. */
  boolean isOfNothing() {
    return facts.isEmpty();
  }

  /**
   * What is there, and what of it is gone.
   *
   * @throws IOException when the store is away; some may be gone
   */
  Inventory through() throws IOException {
    for (String folder : OwnNames.folders()) {
      try {
        store.list(pipeline + "/" + folder, stored -> take(folder, stored));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      letGo(folder);
    }
    Map<String, Folder> found = new TreeMap<>();
    folders.forEach((name, counts) -> found.put(name, counts.folder()));
    return new Inventory(pipeline, shown(facts.retention()), marks.holds(), goes, found);
  }

  private void take(String folder, Stored file) {
    if (!OwnNames.has(folder, file.name().substring(pipeline.length() + folder.length() + 2))) {
      return;
    }
    Counts counts = folders.computeIfAbsent(folder, none -> new Counts());
    Optional<Marks.Reason> reason = marks.of(file.name());
    if (reason.isPresent()) {
      counts.keep(reason.get(), file);
    } else if (!file.at().isBefore(before)) {
      counts.young = counts.young.and(file.bytes());
    } else if (goes) {
      candidates.add(file);
      if (candidates.size() == AT_ONCE) {
        try {
          letGo(folder);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    } else {
      counts.goes = counts.goes.and(file.bytes());
    }
  }

  /** What was listed is not needed by what is said now, either. */
  private void letGo(String folder) throws IOException {
    if (candidates.isEmpty()) {
      return;
    }
    Counts counts = folders.computeIfAbsent(folder, none -> new Counts());
    facts = said.read();
    marks = Marks.of(facts, store, clock.instant());
    goes = marks.holds().isEmpty();
    List<Stored> unneeded = new ArrayList<>();
    for (Stored file : candidates) {
      Optional<Marks.Reason> reason = marks.of(file.name());
      if (reason.isPresent()) {
        counts.keep(reason.get(), file);
      } else if (goes) {
        unneeded.add(file);
      } else {
        counts.goes = counts.goes.and(file.bytes());
      }
    }
    candidates.clear();
    Set<Stored> gone = new HashSet<>(store.delete(unneeded, before));
    for (Stored file : unneeded) {
      if (gone.contains(file)) {
        counts.gone = counts.gone.and(file.bytes());
      } else { // put again since, or gone by another hand
        counts.young = counts.young.and(file.bytes());
      }
    }
  }

  private static Map<String, String> shown(Optional<Retention> retention) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("parts", retention.flatMap(Retention::parts).map(Duration::toString).orElse("all"));
    shown.put("models", retention.map(all -> all.models().toString()).orElse("all"));
    shown.put("manifests", retention.map(all -> all.manifests().toString()).orElse("all"));
    shown.put("transforms", retention.map(all -> all.transforms().toString()).orElse("all"));
    shown.put("quarantine", retention.map(all -> all.quarantine().toString()).orElse("all"));
    return shown;
  }
}
