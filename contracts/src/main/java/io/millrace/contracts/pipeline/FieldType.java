package io.millrace.contracts.pipeline;

/** A scalar, or a list of it. */
public record FieldType(Scalar scalar, boolean list) {
  public static FieldType of(Scalar scalar) {
    return new FieldType(scalar, false);
  }

  @Override
  public String toString() {
    return list ? "list of " + scalar : scalar.name();
  }
}
