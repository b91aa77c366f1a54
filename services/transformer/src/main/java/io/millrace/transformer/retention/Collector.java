package io.millrace.transformer.retention;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.http.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
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

  private final Supplier<ControlPlane.Said> said;
  private final ArtifactStore store;
  private final Owners owners;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param said reads what is said now
   */
  Collector(
      Supplier<ControlPlane.Said> said,
      ArtifactStore store,
      Owners owners,
      Duration grace,
      Clock clock) {
    this.said = said;
    this.store = store;
    this.owners = owners;
    this.grace = grace;
    this.clock = clock;
  }

  /**
   * Of all pipelines that were ever applied.
   *
   * @param held why nothing of any of them goes
   */
  record Collection(List<Hold> held, List<Inventory> pipelines, List<Failed> failed) {
    /** One whose files could not be looked at, or not all of them. */
    record Failed(String pipeline, ErrorCode code, String message) {}
  }

  /** What would go. */
  Inventory look(String pipeline) throws IOException {
    return collect(requireName(pipeline), false);
  }

  /**
   * Lets it go. Of a pipeline of which nothing is said any more all goes: only when somebody names
   * it, since a broker that has lost its topics says nothing either.
   *
   * @throws ProblemException when another system's files stand below the same root
   */
  Inventory collect(String pipeline) throws IOException {
    Inventory found = collect(requireName(pipeline), true);
    for (Hold hold : found.held()) {
      if (hold.code() == ErrorCode.STORE_OF_OTHERS) {
        throw new ProblemException(hold.code(), hold.reason());
      }
    }
    return found;
  }

  /**
   * Of all pipelines that were ever applied; one that fails holds up no other.
   *
   * @param goes whether what would go goes
   */
  Collection all(boolean goes) {
    ControlPlane.Said now = said.get();
    now.holdsOfAll().forEach(hold -> LOG.warn("code={} {}", hold.code(), hold.reason()));
    Collection all = new Collection(now.holdsOfAll(), new ArrayList<>(), new ArrayList<>());
    for (String pipeline : now.pipelines()) {
      try {
        all.pipelines().add(collect(pipeline, goes));
      } catch (IOException | RuntimeException e) {
        Failure failure = Failure.of(e);
        LOG.warn(
            "pipeline={} code={} files that nothing refers to stay for now: {}",
            pipeline,
            failure.code(),
            failure.message(),
            failure.code() == ErrorCode.INTERNAL ? e : null);
        all.failed().add(new Collection.Failed(pipeline, failure.code(), failure.message()));
        if (Thread.currentThread().isInterrupted()) {
          return all;
        }
      }
    }
    return all;
  }

  private Inventory collect(String pipeline, boolean goes) throws IOException {
    Instant before = clock.instant().minus(grace);
    Pass pass = new Pass(() -> facts(pipeline, goes), store, clock, before, goes);
    Inventory found = pass.through();
    if (pass.isOfNothing() && found.folders().isEmpty()) {
      throw unknown(pipeline);
    }
    if (goes) {
      log(found);
    }
    return found;
  }

  /** Of a pipeline. Whose files these are can only be told by topics that are there. */
  private PipelineFacts facts(String pipeline, boolean goes) throws IOException {
    PipelineFacts facts = said.get().of(pipeline);
    if (!facts.unread().isEmpty()) {
      return facts;
    }
    if (goes) {
      owners.claim();
    }
    SortedSet<String> others = owners.others();
    return others.isEmpty()
        ? facts
        : facts.with(
            new Hold(
                ErrorCode.STORE_OF_OTHERS,
                "another system has files below the same root, or this one had before its topics"
                    + " were lost, and nothing goes while its mark is there: "
                    + String.join(", ", others)));
  }

  private static void log(Inventory found) {
    found
        .held()
        .forEach(
            hold ->
                LOG.warn(
                    "pipeline={} code={} files that nothing refers to stay for now: {}",
                    found.pipeline(),
                    hold.code(),
                    hold.reason()));
    long gone = found.folders().values().stream().mapToLong(folder -> folder.gone().files()).sum();
    if (gone > 0) {
      LOG.info("pipeline={} {} files that nothing refers to are gone", found.pipeline(), gone);
    }
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
