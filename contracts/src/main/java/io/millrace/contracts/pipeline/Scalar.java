package io.millrace.contracts.pipeline;

/** The scalar types of the type table; see {@link FieldType}. */
public enum Scalar {
  /** 64-bit signed integer; Java {@code Long}. */
  INT,
  /** IEEE 754 double; Java {@code Double}. */
  FLOAT,
  /** Java {@code Boolean}. */
  BOOL,
  /** UTF-8 text; Java {@code String}. */
  STRING,
  /** Microseconds since the epoch, UTC; Java {@code Long}. */
  TIMESTAMP
}
