package io.millrace.trainer.rows;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.trainer.trees.LabelledRows;

/**
 * How many of the rows fit into memory.
 *
 * @param share of the rows that is trained on, chosen by a hash of the id: 1 is all
 */
public record Sample(double share) {
  private static final double DEVIATIONS = 4;
  private static final int LEAST_ROWS = 1000;

  /**
   * The share of so many rows of so many features that takes at most so many bytes. A hash does not
   * meet a share exactly, so it is a few standard deviations smaller than the bytes allow.
   *
   * @throws StepFailedException when not even a thousand rows fit
   */
  public static Sample of(long rows, int width, long bytes) {
    long most = Math.min(bytes / LabelledRows.bytesOfRow(width), LabelledRows.mostRows(width));
    if (rows <= most) {
      return new Sample(1);
    }
    if (most < LEAST_ROWS) {
      throw new StepFailedException(
          ErrorCode.NO_TRAINING_ROWS,
          "%d bytes of memory are too few: %d rows of %d features fit"
              .formatted(bytes, most, width));
    }
    return new Sample((most - DEVIATIONS * Math.sqrt(most)) / rows);
  }
}
