package io.millrace.contracts.values;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.EventTimes;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.contracts.values.Converted.Missing;
import io.millrace.contracts.values.Converted.Value;
import io.millrace.contracts.values.Converted.WrongForm;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/** Converts JSON to the type of a field: its form, never its meaning. */
public final class JsonForm {
  private JsonForm() {}

  /**
   * The value of a field; the mapper must read numbers exactly ({@code
   * USE_BIG_DECIMAL_FOR_FLOATS}).
   */
  public static Converted convert(Field field, JsonNode json) {
    return convert(field.type(), field.notation(), json);
  }

  static Converted convert(FieldType type, TimeNotation times, JsonNode json) {
    if (json.isNull() || json.isMissingNode()) {
      return new Missing();
    }
    return type.list() ? list(type, times, json) : scalar(type.scalar(), times, json);
  }

  private static Converted list(FieldType type, TimeNotation times, JsonNode json) {
    if (!json.isArray()) {
      return wrong(type.toString(), json);
    }
    List<Object> values = new ArrayList<>(json.size());
    for (JsonNode element : json) {
      switch (scalar(type.scalar(), times, element)) {
        case Value value -> values.add(value.value());
        case Missing missing -> {
          return new WrongForm("value " + values.size() + " of the list is null");
        }
        case WrongForm wrong -> {
          return new WrongForm("value " + values.size() + " of the list: " + wrong.message());
        }
      }
    }
    return new Value(values);
  }

  private static Converted scalar(Scalar scalar, TimeNotation times, JsonNode json) {
    if (json.isNull()) {
      return new Missing();
    }
    return switch (scalar) {
      case INT -> integer(json);
      case FLOAT -> floatingPoint(json);
      case BOOL -> json.isBoolean() ? new Value(json.booleanValue()) : wrong("BOOL", json);
      case STRING -> string(json);
      case TIMESTAMP -> timestamp(times, json);
    };
  }

  private static Converted integer(JsonNode json) {
    if (!json.isNumber()) {
      return wrong("INT", json);
    }
    try {
      return new Value(whole(json));
    } catch (ArithmeticException e) {
      return wrong("INT (a whole number of 64 bits)", json);
    }
  }

  /** A number that reaches beyond a double would become infinite, and is refused. */
  private static Converted floatingPoint(JsonNode json) {
    if (!json.isNumber()) {
      return wrong("FLOAT", json);
    }
    double value = json.doubleValue();
    return Double.isFinite(value) ? new Value(value) : wrong("FLOAT (64 bits)", json);
  }

  private static Converted string(JsonNode json) {
    if (!json.isTextual()) {
      return wrong("STRING", json);
    }
    return isWellFormed(json.textValue())
        ? new Value(json.textValue())
        : new WrongForm("expected STRING, got half of a surrogate pair, which UTF-8 cannot carry");
  }

  private static Converted timestamp(TimeNotation times, JsonNode json) {
    try {
      if (json.isNumber()) {
        return new Value(times.micros(json.decimalValue()));
      }
      if (json.isTextual()) {
        return new Value(times.micros(json.textValue()));
      }
    } catch (ArithmeticException | DateTimeException e) {
      WrongForm wrong = wrong("TIMESTAMP (" + times + ")", json);
      return json.isNumber()
          ? new WrongForm(wrong.message() + EventTimes.hint(json.decimalValue(), times.numbers()))
          : wrong;
    }
    return wrong("TIMESTAMP", json);
  }

  /** The exact value, also of 3.0 and 1e3. */
  private static long whole(JsonNode json) {
    if (json.canConvertToLong() && json.isIntegralNumber()) {
      return json.longValue();
    }
    BigDecimal value = json.decimalValue();
    return value.longValueExact();
  }

  private static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static WrongForm wrong(String expected, JsonNode got) {
    String what =
        switch (got.getNodeType()) {
          case OBJECT -> "an object";
          case ARRAY -> "an array";
          case STRING -> "the string " + WrongForm.shown(got.toString());
          case NUMBER -> "the number " + WrongForm.shown(got.asText());
          default -> got.asText();
        };
    return new WrongForm("expected " + expected + ", got " + what);
  }
}
