package io.millrace.local.replay;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.Set;

/**
 * How the columns of each format become values of a field's type: their form changes, never their
 * meaning. Timestamps become microseconds since the epoch; without a zone they are UTC.
 */
final class Conversions {
  private static final Set<String> WHOLE =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");
  private static final Set<String> WIDE = Set.of("UBIGINT", "HUGEINT", "UHUGEINT");
  private static final Set<String> FRACTION = Set.of("FLOAT", "DOUBLE");

  private Conversions() {}

  /** From a column that has a type of its own, as in Parquet. */
  static Conversion typed(FieldType type, String x, String columnType) {
    String from = columnType.replaceAll("\\(.*\\)", "");
    if (from.equals("VARCHAR")) {
      return text(type, x);
    }
    if (type.list()) {
      return list(type, from.endsWith("[]") ? x : none());
    }
    return switch (type.scalar()) {
      case INT ->
          WHOLE.contains(from)
              ? Conversion.total(x + "::BIGINT")
              : Conversion.partial(
                  WIDE.contains(from)
                      ? "TRY_CAST(" + x + " AS BIGINT)"
                      : FRACTION.contains(from) || from.equals("DECIMAL") ? whole(x) : none());
      case FLOAT ->
          WHOLE.contains(from)
                  || WIDE.contains(from)
                  || FRACTION.contains(from)
                  || from.equals("DECIMAL")
              ? Conversion.total(x + "::DOUBLE")
              : Conversion.partial(none());
      case BOOL ->
          from.equals("BOOLEAN")
              ? Conversion.total(x)
              : Conversion.partial(
                  WHOLE.contains(from)
                      ? "CASE " + x + " WHEN 0 THEN false WHEN 1 THEN true END"
                      : none());
      case STRING ->
          from.equals("BLOB") || from.endsWith("[]")
              ? Conversion.partial(none())
              : Conversion.total(x + "::VARCHAR");
      case TIMESTAMP ->
          from.startsWith("TIMESTAMP") || from.equals("DATE")
              ? Conversion.total(
                  "epoch_us(" + (from.contains("ZONE") ? x : x + "::TIMESTAMP") + ")")
              : Conversion.partial(none());
    };
  }

  /** From text, as in CSV. */
  static Conversion text(FieldType type, String x) {
    if (type.list()) {
      return list(type, "TRY_CAST(" + x + " AS JSON)");
    }
    return switch (type.scalar()) {
      case INT ->
          Conversion.partial(
              "CASE WHEN regexp_full_match(trim(%1$s), '[+-]?[0-9]+([.]0*)?') THEN TRY_CAST(trim(%1$s) AS BIGINT) END"
                  .formatted(x));
      case FLOAT -> Conversion.partial("TRY_CAST(" + x + " AS DOUBLE)");
      case BOOL ->
          Conversion.partial(
              "CASE lower(trim(%s)) WHEN 'true' THEN true WHEN 'false' THEN false WHEN '1' THEN true WHEN '0' THEN false END"
                  .formatted(x));
      case STRING -> Conversion.total(x);
      case TIMESTAMP -> Conversion.partial("epoch_us(TRY_CAST(" + x + " AS TIMESTAMPTZ))");
    };
  }

  /** From a JSON value; a number in quotes is no number, as at ingest's door. */
  static Conversion json(FieldType type, String x) {
    if (type.list()) {
      return list(type, "CASE WHEN json_type(%1$s) = 'ARRAY' THEN %1$s END".formatted(x));
    }
    String text = "(" + x + "->>'$')";
    return Conversion.partial(
        switch (type.scalar()) {
          case INT ->
              "CASE WHEN json_type(%1$s) IN ('BIGINT', 'UBIGINT') THEN TRY_CAST(%2$s AS BIGINT) WHEN json_type(%1$s) = 'DOUBLE' THEN %3$s END"
                  .formatted(x, text, whole("TRY_CAST(" + text + " AS DOUBLE)"));
          case FLOAT ->
              "CASE WHEN json_type(%s) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(%s AS DOUBLE) END"
                  .formatted(x, text);
          case BOOL -> "CASE json_type(%s) WHEN 'BOOLEAN' THEN %s = 'true' END".formatted(x, text);
          case STRING -> "CASE json_type(%s) WHEN 'VARCHAR' THEN %s END".formatted(x, text);
          case TIMESTAMP ->
              "CASE WHEN json_type(%1$s) = 'VARCHAR' THEN epoch_us(TRY_CAST(%2$s AS TIMESTAMPTZ)) WHEN json_type(%1$s) IN ('BIGINT', 'UBIGINT') THEN TRY_CAST(%2$s AS BIGINT) * 1000 END"
                  .formatted(x, text);
        });
  }

  /** A list fits when each of its values does. */
  private static Conversion list(FieldType type, String x) {
    String strings = "TRY_CAST(" + x + " AS VARCHAR[])";
    String element = text(FieldType.of(type.scalar()), "v").expression();
    String converted =
        type.scalar() == Scalar.STRING
            ? strings
            : "list_transform(" + strings + ", lambda v: " + element + ")";
    return Conversion.partial(
        "CASE WHEN len(list_filter(%1$s, lambda e: e IS NULL)) = 0 THEN %1$s END"
            .formatted(converted));
  }

  private static String whole(String x) {
    return "CASE WHEN %1$s = trunc(%1$s) THEN TRY_CAST(%1$s AS BIGINT) END".formatted(x);
  }

  /** No value of such a column fits. */
  private static String none() {
    return "NULL";
  }
}
