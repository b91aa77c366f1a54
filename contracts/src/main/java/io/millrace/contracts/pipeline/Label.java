package io.millrace.contracts.pipeline;

import java.time.Duration;

/**
 * What the model is to predict.
 *
 * @param value CEL over the fields of the label stream
 * @param within a label later than this after its example makes no row
 */
public record Label(String name, Kind kind, String value, Duration within, Absent absent) {

  /** The kind of prediction problem. */
  public enum Kind {
    BINARY,
    MULTICLASS,
    REGRESSION
  }

  /** What becomes of an example without a label in time. */
  public enum Absent {
    DROP
  }

  /** The type of the label's value: BOOL, STRING or FLOAT. */
  public FieldType type() {
    return FieldType.of(
        switch (kind) {
          case BINARY -> Scalar.BOOL;
          case MULTICLASS -> Scalar.STRING;
          case REGRESSION -> Scalar.FLOAT;
        });
  }
}
