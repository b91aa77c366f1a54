package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * How the model is trained.
 *
 * @param window how much event time of rows, back from the newest; empty means all that are kept
 * @param incomplete whether rows count some of whose features could not be computed
 */
public record Train(Learner learner, Optional<Duration> window, boolean incomplete, Device device) {
  public static final Train DEFAULT =
      new Train(Learner.GradientBoosting.DEFAULT, Optional.empty(), false, Device.AUTO);

  /** Where; AUTO takes a GPU where there is one. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }
}
