package io.millrace.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Open Inference Protocol's tensor datatypes. */
enum Datatype {
  BOOL,
  UINT8(8, false),
  UINT16(16, false),
  UINT32(32, false),
  UINT64(64, false),
  INT8(8, true),
  INT16(16, true),
  INT32(32, true),
  INT64(64, true),
  FP16(65_504),
  FP32(Float.MAX_VALUE),
  FP64(Double.MAX_VALUE),
  BYTES;

  private enum Kind {
    BOOL,
    INTEGER,
    FLOATING_POINT,
    BYTES
  }

  private final Kind kind;
  private final BigInteger least;
  private final BigInteger most;
  private final double limit;

  Datatype() {
    this.kind = name().equals("BOOL") ? Kind.BOOL : Kind.BYTES;
    this.least = BigInteger.ZERO;
    this.most = BigInteger.ZERO;
    this.limit = 0;
  }

  Datatype(int bits, boolean signed) {
    int magnitude = signed ? bits - 1 : bits;
    this.kind = Kind.INTEGER;
    this.least = signed ? BigInteger.TWO.pow(magnitude).negate() : BigInteger.ZERO;
    this.most = BigInteger.TWO.pow(magnitude).subtract(BigInteger.ONE);
    this.limit = 0;
  }

  Datatype(double limit) {
    this.kind = Kind.FLOATING_POINT;
    this.least = BigInteger.ZERO;
    this.most = BigInteger.ZERO;
    this.limit = limit;
  }

  static Optional<Datatype> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findAny();
  }

  /**
   * An element as Boolean, Long (Double beyond 63 bits), Double or String; null for null.
   *
   * @param where for the message
   */
  @Nullable Object value(JsonNode json, String where) {
    if (json.isNull()) {
      return null;
    }
    return switch (kind) {
      case BOOL -> {
        require(json.isBoolean(), where);
        yield json.booleanValue();
      }
      case INTEGER -> integer(json, where);
      case FLOATING_POINT -> floatingPoint(json, where);
      case BYTES -> {
        require(json.isTextual(), where);
        yield json.textValue();
      }
    };
  }

  private Object integer(JsonNode json, String where) {
    require(json.isIntegralNumber(), where);
    BigInteger value = json.bigIntegerValue();
    require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, where);
    if (json.canConvertToLong()) {
      return json.longValue();
    }
    return value.doubleValue();
  }

  private Object floatingPoint(JsonNode json, String where) {
    require(json.isNumber(), where);
    double value = json.doubleValue();
    if (!Double.isFinite(value)) {
      throw Json.notFinite(where);
    }
    require(Math.abs(value) <= limit, where);
    return value;
  }

  private void require(boolean met, String where) {
    if (!met) {
      throw new InferenceException(ErrorCode.WRONG_DATATYPE, where + " is not of datatype " + this);
    }
  }
}
