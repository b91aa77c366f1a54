package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Train;

/** Reads how the model is trained. */
final class TrainReader {
  private TrainReader() {}

  static Train read(Section section) {
    GradientBoosting defaults = GradientBoosting.DEFAULT;
    return new Train(
        new GradientBoosting(
            (int) section.integer("rounds", defaults.rounds()),
            (int) section.integer("maxDepth", defaults.maxDepth()),
            section.number("learningRate").orElse(defaults.learningRate()),
            (int) section.integer("earlyStopping", defaults.earlyStopping())),
        section.duration("window"),
        section.flag("incomplete", Train.DEFAULT.incomplete()),
        section.choice("device", Train.Device.class).orElse(Train.DEFAULT.device()));
  }
}
