package io.millrace.contracts.values;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.contracts.values.Converted.Missing;
import io.millrace.contracts.values.Converted.Value;
import io.millrace.contracts.values.Converted.WrongForm;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Converts text, as the cell of a table, to the type of a field: its form, never its meaning. */
public final class TextForm {
  private static final JsonMapper LISTS =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,40}([.]0*)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?[0-9.]*,[0-9]+");

  /** Of a number, a BOOL or a time: a double has 325 digits behind its point at most. */
  private static final int LONGEST = 1_100;

  private TextForm() {}

  /**
   * The value of a field. Blank text is missing for what is no STRING; white space around a number,
   * a BOOL and a time means nothing.
   */
  public static Converted convert(Field field, String text) {
    return convert(field.type(), field.notation(), text);
  }

  static Converted convert(FieldType type, TimeNotation times, String text) {
    if (!type.list() && type.scalar() == Scalar.STRING) {
      return new Value(text);
    }
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return new Missing();
    }
    if (!type.list() && trimmed.length() > LONGEST) {
      return wrong(type.toString(), trimmed);
    }
    return type.list() ? list(type, times, trimmed) : scalar(type.scalar(), times, trimmed);
  }

  private static Converted scalar(Scalar scalar, TimeNotation times, String text) {
    return switch (scalar) {
      case INT -> integer(text);
      case FLOAT -> floatingPoint(text);
      case BOOL ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> new Value(true);
            case "false", "0" -> new Value(false);
            default -> wrong("BOOL (true, false, 1 or 0)", text);
          };
      case STRING -> new Value(text);
      case TIMESTAMP -> timestamp(times, text);
    };
  }

  private static Converted integer(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return wrong("INT", text);
    }
    try {
      return new Value(new BigDecimal(text).longValueExact());
    } catch (ArithmeticException e) {
      return wrong("INT (a whole number of 64 bits)", text);
    }
  }

  /** Whether a NaN or an infinity is an error is for the field's domain to say. */
  private static Converted floatingPoint(String text) {
    if (NOT_FINITE.matcher(text).matches()) {
      return new Value(notFinite(text.toLowerCase(Locale.ROOT)));
    }
    if (!NUMBER.matcher(text).matches()) {
      return wrong(
          DECIMAL_COMMA.matcher(text).matches() ? "FLOAT (with a decimal point)" : "FLOAT", text);
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? new Value(value) : wrong("FLOAT (64 bits)", text);
  }

  private static double notFinite(String text) {
    if (text.endsWith("nan")) {
      return Double.NaN;
    }
    return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private static Converted timestamp(TimeNotation times, String text) {
    try {
      return new Value(times.micros(text));
    } catch (ArithmeticException | DateTimeException e) {
      return wrong("TIMESTAMP (" + words(times) + ")", text);
    }
  }

  /** A number without a unit might be anything, so that none is taken. */
  private static String words(TimeNotation times) {
    return times.unit().isEmpty() && times.format().isEmpty()
        ? "ISO-8601, as 2001-01-15T08:00:00Z, or the field says its format or unit"
        : times.toString();
  }

  private static Converted list(FieldType type, TimeNotation times, String text) {
    try {
      JsonNode json = LISTS.readTree(text);
      return json.isArray()
          ? JsonForm.convert(type, times, json)
          : wrong(type + " (in JSON)", text);
    } catch (JsonProcessingException e) {
      return wrong(type + " (in JSON)", text);
    }
  }

  private static WrongForm wrong(String expected, String got) {
    return new WrongForm("expected " + expected + ", got '" + WrongForm.shown(got) + "'");
  }
}
