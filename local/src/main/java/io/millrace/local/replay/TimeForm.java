package io.millrace.local.replay;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time: a date, or a date and time; UTC unless it says otherwise. */
final class TimeForm implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    try {
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.matches(".*T.*([zZ]|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + text + "' is no time such as 2001-01-15 or 2001-01-15T08:00:00Z");
    }
  }
}
