package io.millrace.evaluator.steps;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.runs.Step;
import io.millrace.evaluator.registry.ModelLog;
import io.millrace.evaluator.scoring.TrainedOn;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.runs.Run;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds the champion that a candidate is compared with, by the events alone. */
final class Champions {
  private final ModelLog log;
  private final ArtifactStore store;

  Champions(ModelLog log, ArtifactStore store) {
    this.log = log;
    this.store = store;
  }

  /** A champion with the run that it came from, if that is known. */
  record Champion(Published published, Optional<RunFiles> maker) {}

  /**
   * The champion at the time when the candidate was trained. When that is this very candidate,
   * published by an earlier run, it is the one that the candidate was compared with then: so the
   * same run again comes to the same verdict.
   */
  Optional<Champion> of(Run run) {
    ModelHistory history = log.read(run.pipeline());
    List<Run> runs = log.runs(run.pipeline());
    RunFiles candidate = new RunFiles(run);
    Instant trained = run.step(Step.Known.TRAIN).orElseThrow().getAt();
    Optional<Champion> champion =
        history
            .at(ModelHistory.CHAMPION, trained)
            .flatMap(move -> champion(history, runs, move.version()));
    while (champion.flatMap(Champion::maker).filter(candidate::hasSameCandidate).isPresent()) {
      int version = champion.orElseThrow().published().number();
      champion =
          champion
              .flatMap(Champion::maker)
              .flatMap(RunFiles::comparedWith)
              .filter(earlier -> earlier < version)
              .flatMap(earlier -> champion(history, runs, earlier));
    }
    return champion;
  }

  /** The rows that it may have been trained on. */
  TrainedOn rows(Champion champion) throws IOException {
    if (champion.maker().isEmpty()) {
      return new TrainedOn.Unknown();
    }
    RunFiles maker = champion.maker().get();
    try (InputStream json = store.open(Artifact.of(maker.manifest()))) {
      return new TrainedOn.Rows(Manifest.parse(json.readAllBytes()), maker.wasRefit());
    }
  }

  private static Optional<Champion> champion(ModelHistory history, List<Run> runs, int version) {
    return history
        .version(version)
        .map(
            published ->
                new Champion(
                    published,
                    runs.stream()
                        .filter(run -> run.id().equals(published.version().getRun()))
                        .findFirst()
                        .map(RunFiles::new)));
  }
}
