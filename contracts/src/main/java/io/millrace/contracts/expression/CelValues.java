package io.millrace.contracts.expression;

import com.google.common.primitives.UnsignedLong;
import com.google.protobuf.Timestamp;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeBounds;
import java.util.ArrayList;
import java.util.List;

/** Values of the data plane as CEL wants them, and back; they differ for timestamps only. */
final class CelValues {
  private static final long MICROS = 1_000_000;

  private CelValues() {}

  static Object toCel(FieldType type, Object value) {
    if (type.scalar() != Scalar.TIMESTAMP) {
      return value;
    }
    if (!type.list()) {
      return timestamp((Long) value);
    }
    List<Object> timestamps = new ArrayList<>();
    for (Object element : (List<?>) value) {
      timestamps.add(timestamp((Long) element));
    }
    return timestamps;
  }

  /**
   * A result as the data plane's value.
   *
   * @throws ArithmeticException for a number that no model and no sum can use: NaN, an infinity, or
   *     an unsigned integer above {@link Long#MAX_VALUE}; and for a time beyond {@link TimeBounds}
   */
  static Object fromCel(Object value) {
    return switch (value) {
      case Timestamp timestamp -> micros(timestamp);
      case UnsignedLong unsigned -> unsigned.bigIntegerValue().longValueExact();
      case Double number when !Double.isFinite(number) ->
          throw new ArithmeticException("result is " + number);
      default -> value;
    };
  }

  private static long micros(Timestamp timestamp) {
    long micros =
        Math.addExact(
            Math.multiplyExact(timestamp.getSeconds(), MICROS), timestamp.getNanos() / 1000);
    if (!TimeBounds.contain(micros)) {
      throw new ArithmeticException("result is " + timestamp.getSeconds() + " seconds");
    }
    return micros;
  }

  private static Timestamp timestamp(long micros) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(micros, MICROS))
        .setNanos((int) Math.floorMod(micros, MICROS) * 1000)
        .build();
  }
}
