package io.millrace.evaluator.steps;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.evaluator.registry.ModelLog;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.runs.Run;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a model a version and the champion. */
final class Publication {
  private final ModelLog log;
  private final Clock clock;

  Publication(ModelLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /**
   * @param events the version first, then the alias
   */
  record Published(int version, List<ModelEvent> events) {}

  /** Whether the file is a version already, and another one is live. */
  boolean wasRolledBack(Run run, RunFiles made) {
    ModelHistory history = log.read(run.pipeline());
    Optional<Integer> known = history.versionOf(made.published().getSha256());
    return known.isPresent()
        && history.champion().filter(live -> live.number() == known.get()).isEmpty();
  }

  /** A file that is a version already keeps its number. */
  Published of(Run run, RunFiles made, ArtifactRef card, ArtifactRef warmup) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    ModelHistory history = log.readToFinish(run.pipeline());
    Optional<Integer> known = history.versionOf(made.published().getSha256());
    int version = known.orElse(history.nextVersion());
    List<ModelEvent> events = new ArrayList<>();
    if (known.isEmpty()) {
      events.add(
          ModelEvent.newBuilder()
              .setModel(run.pipeline())
              .setChange(
                  ModelVersion.newBuilder()
                      .setVersion(version)
                      .setRun(run.id())
                      .setPipelineVersion(run.pipelineVersion())
                      .setFile(made.published())
                      .setCard(card)
                      .setWarmup(warmup)
                      .setStatistics(made.statistics())
                      .build())
              .setAt(now)
              .build());
    }
    if (history.champion().filter(champion -> champion.number() == version).isEmpty()) {
      String reason =
          made.comparedWith()
              .map(
                  champion ->
                      "run %s: blessed, compared with version %d".formatted(run.id(), champion))
              .orElse("run %s: blessed, with no champion to compare with".formatted(run.id()));
      events.add(history.moving(ModelHistory.CHAMPION, version, reason, now));
    }
    return new Published(version, events);
  }
}
