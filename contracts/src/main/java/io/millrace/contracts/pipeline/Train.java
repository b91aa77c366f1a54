package io.millrace.contracts.pipeline;

import java.time.Duration;

/**
 * How the model is trained.
 *
 * @param window how much event time of rows, back from the newest
 */
public record Train(Learner learner, Duration window, Device device) {
  public static final Train DEFAULT =
      new Train(Learner.GradientBoosting.DEFAULT, Duration.ofDays(21), Device.AUTO);

  /** Where; AUTO takes a GPU where there is one. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }
}
