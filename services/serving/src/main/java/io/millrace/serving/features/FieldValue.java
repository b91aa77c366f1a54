package io.millrace.serving.features;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.serving.protocol.InferenceException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/** A request's value as the data plane has it: any number where it keeps its meaning. */
final class FieldValue {
  private FieldValue() {}

  /**
   * @param given Long, Double, Boolean or String; null for missing
   * @param times how a TIMESTAMP is written
   * @param field for the message, as is the row
   */
  static @Nullable Object of(
      Scalar type, TimeNotation times, @Nullable Object given, String field, int row) {
    if (given == null) {
      return null;
    }
    try {
      return switch (type) {
        case INT -> whole(given);
        case FLOAT -> ((Number) given).doubleValue();
        case BOOL -> bool(given);
        case STRING -> (String) given;
        case TIMESTAMP ->
            given instanceof String text ? times.micros(text) : times.micros(number(given));
      };
    } catch (ClassCastException | ArithmeticException | DateTimeException e) {
      throw new InferenceException(
          ErrorCode.WRONG_DATATYPE,
          "%s, row %d: not %s".formatted(field, row, expected(type, times)));
    }
  }

  private static long whole(Object given) {
    return number(given).longValueExact();
  }

  private static BigDecimal number(Object given) {
    return given instanceof Double number
        ? BigDecimal.valueOf(number)
        : BigDecimal.valueOf((Long) given);
  }

  private static boolean bool(Object given) {
    if (given instanceof Boolean value) {
      return value;
    }
    double number = ((Number) given).doubleValue();
    if (number != 0 && number != 1) {
      throw new ArithmeticException("neither 0 nor 1");
    }
    return number == 1;
  }

  private static String expected(Scalar type, TimeNotation times) {
    return switch (type) {
      case INT -> "a whole number of 64 bits (INT)";
      case FLOAT -> "a number (FLOAT)";
      case BOOL -> "true, false, 0 or 1 (BOOL)";
      case STRING -> "a string (STRING)";
      case TIMESTAMP -> times + " (TIMESTAMP)";
    };
  }
}
