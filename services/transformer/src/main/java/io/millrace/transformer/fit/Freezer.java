package io.millrace.transformer.fit;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.time.IsoTime;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.messaging.serde.CloudEvents;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Decides which rows a run goes by: all that are announced, up to where labels are still coming,
 * back as far as its window, if it has one, or as the request says, where only what came since a
 * change is to be learned from. Labels that take long against the time since the change leave
 * hardly any of these rows; then it is the window after all.
 */
final class Freezer {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PipelineVersions versions;
  private final Parts parts;
  private final ArtifactStore store;
  private final Reading reading;

  /** The parts of a pipeline. */
  interface Parts {
    List<PartWritten> of(String pipeline) throws InterruptedException;
  }

  Freezer(PipelineVersions versions, Parts parts, ArtifactStore store, Reading reading) {
    this.versions = versions;
    this.parts = parts;
    this.store = store;
    this.reading = reading;
  }

  /**
   * The rows as they are now.
   *
   * @throws StepFailedException when there are none
   */
  Frozen freeze(Run run) throws IOException, InterruptedException {
    Pipeline pipeline = pipeline(run);
    List<PartWritten> all = parts.of(run.pipeline());
    List<PartWritten> usable = new UsableParts(pipeline, versions).of(all);
    Instant newest =
        usable.stream()
            .map(PartWritten::getMaxTime)
            .max(Instant::compareTo)
            .orElseThrow(() -> noRows(run, all.size()));
    Instant begin = pipeline.train().window().map(newest::minus).orElseGet(() -> beforeAll(usable));
    Optional<Instant> change = since(run).filter(since -> since.isAfter(begin));
    Manifest manifest = manifest(run, pipeline, usable, change.orElse(begin), newest);
    if (change.isPresent() && isMostlyCut(manifest, newest)) {
      manifest = manifest(run, pipeline, usable, begin, newest);
    }
    long outside = rows(usable) - manifest.rows() - manifest.unlabelled() - manifest.incomplete();
    if (manifest.rows() + manifest.unlabelled() == 0 && manifest.incomplete() > 0) {
      throw new StepFailedException(
          ErrorCode.NO_TRAINING_ROWS,
          "of all %,d rows of the pipeline %s some features could not be computed"
              .formatted(manifest.incomplete(), run.pipeline()));
    }
    return new Frozen(
        run.id(),
        pipeline,
        manifest,
        newest,
        all.size() - usable.size(),
        rows(all) - rows(usable),
        manifest.from() == micros(begin) ? outside : 0);
  }

  private static Instant beforeAll(List<PartWritten> parts) {
    return parts.stream()
        .map(PartWritten::getMinTime)
        .min(Instant::compareTo)
        .orElseThrow()
        .minus(1, ChronoUnit.MICROS);
  }

  private Manifest manifest(
      Run run, Pipeline pipeline, List<PartWritten> usable, Instant from, Instant newest)
      throws IOException {
    List<Manifest.Part> chosen =
        usable.stream()
            .filter(part -> part.getMaxTime().isAfter(from))
            .map(Freezer::manifestPart)
            .toList();
    return DataSet.freeze(
        pipeline, run.pipelineVersion(), chosen, micros(from), micros(newest), store, reading);
  }

  /** Labels of the greater part of the time since a change are still coming. */
  private static boolean isMostlyCut(Manifest manifest, Instant newest) {
    return manifest.to() - manifest.from() < micros(newest) - manifest.to();
  }

  /** The time that the request wants rows from, and a moment before it: that time is included. */
  private static Optional<Instant> since(Run run) {
    String from =
        run.step(Step.Known.REQUESTED)
            .map(Evidence::of)
            .orElseGet(Evidence::create)
            .path("from")
            .asText();
    try {
      return from.isEmpty()
          ? Optional.empty()
          : Optional.of(CloudEvents.instant(IsoTime.micros(from) - 1));
    } catch (DateTimeException | ArithmeticException e) {
      throw new StepFailedException(
          ErrorCode.INVALID_REQUEST, "the request's from is no time: " + from);
    }
  }

  private Pipeline pipeline(Run run) throws InterruptedException {
    return versions
        .await(run.pipeline(), run.pipelineVersion(), PATIENCE)
        .map(RunnablePipeline::pipeline)
        .orElseThrow(
            () ->
                new StepFailedException(
                    ErrorCode.UNKNOWN_PIPELINE,
                    "no version %d of the pipeline %s was applied"
                        .formatted(run.pipelineVersion(), run.pipeline())));
  }

  private static StepFailedException noRows(Run run, int others) {
    return new StepFailedException(
        ErrorCode.NO_TRAINING_ROWS,
        others == 0
            ? "the pipeline %s has no rows: no example has met its label yet"
                .formatted(run.pipeline())
            : "the pipeline %s has no rows whose label and features are those of version %d"
                .formatted(run.pipeline(), run.pipelineVersion()));
  }

  private static Manifest.Part manifestPart(PartWritten part) {
    return new Manifest.Part(
        part.getPart(),
        part.getVersion(),
        part.getUri(),
        part.getSha256(),
        part.getBytes(),
        part.getRows());
  }

  private static long rows(List<PartWritten> parts) {
    return parts.stream().mapToLong(PartWritten::getRows).sum();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
