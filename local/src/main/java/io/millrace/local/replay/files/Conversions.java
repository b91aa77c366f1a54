package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.EpochUnit;
import java.util.Optional;
import java.util.Set;

/**
 * How the columns of Parquet become values of a field's type: their form changes, never their
 * meaning. Timestamps become microseconds since the epoch; without a zone they are UTC.
 */
final class Conversions {
  private static final Set<String> WHOLE =
      Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");
  private static final Set<String> WIDE = Set.of("UBIGINT", "HUGEINT", "UHUGEINT");
  private static final Set<String> FRACTION = Set.of("FLOAT", "DOUBLE");
  private static final Set<String> TIMES =
      Set.of(
          "DATE",
          "TIMESTAMP",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE");
  private static final Set<String> OTHER_SCALARS =
      Set.of("VARCHAR", "BOOLEAN", "DECIMAL", "ENUM", "UUID", "TIME", "TIME WITH TIME ZONE");
  private static final String NO_VALUE_FITS = "NULL";

  private static final FieldType STRING = FieldType.of(Scalar.STRING);

  private Conversions() {}

  /** Whether a column's values are text that is to be read as another type. */
  static boolean isText(FieldType type, String columnType) {
    return columnType.equals("VARCHAR") && !type.equals(STRING);
  }

  /** From a column of a type of DuckDB's. */
  static Conversion typed(FieldType type, Optional<EpochUnit> unit, String x, String columnType) {
    if (type.list()) {
      return list(type, unit, x, columnType);
    }
    String from = columnType.replaceAll("\\(.*\\)$", "");
    return switch (type.scalar()) {
      case INT -> integer(x, from);
      case FLOAT ->
          isNumber(from) ? Conversion.total(x + "::DOUBLE") : Conversion.partial(NO_VALUE_FITS);
      case BOOL ->
          from.equals("BOOLEAN")
              ? Conversion.total(x)
              : Conversion.partial(
                  WHOLE.contains(from)
                      ? "CASE " + x + " WHEN 0 THEN false WHEN 1 THEN true END"
                      : NO_VALUE_FITS);
      case STRING ->
          isNumber(from) || TIMES.contains(from) || OTHER_SCALARS.contains(from)
              ? Conversion.total(x + "::VARCHAR")
              : Conversion.partial(NO_VALUE_FITS);
      case TIMESTAMP ->
          TIMES.contains(from)
              ? Conversion.total(
                  "epoch_us(" + (from.contains("ZONE") ? x : x + "::TIMESTAMP") + ")")
              : Conversion.partial(
                  unit.isPresent() && isNumber(from) ? micros(unit.get(), x) : NO_VALUE_FITS);
    };
  }

  /** Finer digits are cut off. */
  private static String micros(EpochUnit unit, String x) {
    String factor = unit.inMicros().toPlainString();
    return "TRY_CAST(floor(TRY_CAST(%s AS DECIMAL(28, 6)) * %s) AS BIGINT)".formatted(x, factor);
  }

  private static Conversion integer(String x, String from) {
    if (WHOLE.contains(from)) {
      return Conversion.total(x + "::BIGINT");
    }
    if (WIDE.contains(from)) {
      return Conversion.partial("TRY_CAST(" + x + " AS BIGINT)");
    }
    return Conversion.partial(
        FRACTION.contains(from) || from.equals("DECIMAL")
            ? "CASE WHEN %1$s = trunc(%1$s) THEN TRY_CAST(%1$s AS BIGINT) END".formatted(x)
            : NO_VALUE_FITS);
  }

  private static boolean isNumber(String from) {
    return WHOLE.contains(from)
        || WIDE.contains(from)
        || FRACTION.contains(from)
        || from.equals("DECIMAL");
  }

  /** A list fits when each of its values does. */
  private static Conversion list(
      FieldType type, Optional<EpochUnit> unit, String x, String columnType) {
    if (!columnType.endsWith("[]")) {
      return Conversion.partial(NO_VALUE_FITS);
    }
    String elementType = columnType.substring(0, columnType.length() - "[]".length());
    String element = typed(FieldType.of(type.scalar()), unit, "v", elementType).expression();
    return Conversion.partial(
        "CASE WHEN len(list_filter(%1$s, lambda e: e IS NULL)) = 0 THEN %1$s END"
            .formatted("list_transform(" + x + ", lambda v: " + element + ")"));
  }
}
