package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import java.util.Optional;

/**
 * An input that the model does without, because the rows of the run have nothing to learn of it.
 *
 * @param code why
 */
record LeftOut(String input, ErrorCode code) {

  /** Whether an input has no value in the rows to train on, or the same in each of them. */
  static Optional<LeftOut> of(String input, boolean isText, ColumnStatistics rows)
      throws IOException {
    long there = rows.count(input);
    if (there == 0) {
      return Optional.of(new LeftOut(input, ErrorCode.INPUT_ALL_MISSING));
    }
    return there == rows.rows() && isConstant(input, isText, rows)
        ? Optional.of(new LeftOut(input, ErrorCode.INPUT_CONSTANT))
        : Optional.empty();
  }

  private static boolean isConstant(String input, boolean isText, ColumnStatistics rows)
      throws IOException {
    return isText
        ? rows.values(input, 2, 1).size() == 1
        : rows.moments(input).filter(m -> m.min() == m.max()).isPresent();
  }
}
