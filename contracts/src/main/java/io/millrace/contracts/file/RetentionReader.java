package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Retention;
import io.millrace.contracts.pipeline.Train;
import java.time.Duration;
import java.util.Optional;

/** Reads for how long what a pipeline makes is kept. */
final class RetentionReader {
  private RetentionReader() {}

  static Retention read(Section section, Train train) {
    Retention defaults = Retention.DEFAULT;
    Optional<Duration> parts = section.duration("parts");
    train
        .window()
        .filter(window -> parts.filter(kept -> kept.compareTo(window) < 0).isPresent())
        .ifPresent(
            window ->
                section
                    .section("parts")
                    .problem(
                        "is shorter than spec.train.window, so that a run would miss rows",
                        "keep parts for the window at least, or shorten the window"));
    return new Retention(
        parts,
        section.duration("models").orElse(defaults.models()),
        section.duration("manifests").orElse(defaults.manifests()),
        section.duration("transforms").orElse(defaults.transforms()),
        section.duration("quarantine").orElse(defaults.quarantine()));
  }
}
