package io.millrace.local.replay;

import io.millrace.contracts.time.IsoTime;
import io.millrace.messaging.serde.CloudEvents;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time as {@link IsoTime} has it. */
final class TimeForm implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    try {
      return CloudEvents.instant(IsoTime.micros(text));
    } catch (DateTimeException | ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is no time such as 2001-01-15 or 2001-01-15T08:00:00Z");
    }
  }
}
