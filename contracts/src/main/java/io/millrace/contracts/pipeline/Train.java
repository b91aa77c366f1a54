package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * How the model is trained.
 *
 * @param window how much event time of rows, back from the newest; empty means all that are kept
 */
public record Train(Learner learner, Optional<Duration> window, Device device) {
  public static final Train DEFAULT =
      new Train(Learner.GradientBoosting.DEFAULT, Optional.empty(), Device.AUTO);

  /** Where; AUTO takes a GPU where there is one. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }
}
