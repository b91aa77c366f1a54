package io.millrace.contracts.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.Optional;

/** Which CEL type stands for which field type. */
final class CelTypes {
  private CelTypes() {}

  static CelType of(FieldType type) {
    CelType scalar =
        switch (type.scalar()) {
          case INT -> SimpleType.INT;
          case FLOAT -> SimpleType.DOUBLE;
          case BOOL -> SimpleType.BOOL;
          case STRING -> SimpleType.STRING;
          case TIMESTAMP -> SimpleType.TIMESTAMP;
        };
    return type.list() ? ListType.create(scalar) : scalar;
  }

  /** The field type of a result; empty for what no field can hold, such as a duration or a list. */
  static Optional<FieldType> fieldTypeOf(CelType type) {
    return switch (type.kind()) {
      case INT, UINT -> Optional.of(FieldType.of(Scalar.INT));
      case DOUBLE -> Optional.of(FieldType.of(Scalar.FLOAT));
      case BOOL -> Optional.of(FieldType.of(Scalar.BOOL));
      case STRING -> Optional.of(FieldType.of(Scalar.STRING));
      case TIMESTAMP -> Optional.of(FieldType.of(Scalar.TIMESTAMP));
      default -> Optional.empty();
    };
  }
}
