package io.millrace.local.replay;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How fast event time passes. */
sealed interface Speed {
  /** As fast as the system follows. */
  record Max() implements Speed {}

  /** A multiple of real time. */
  record Times(double factor) implements Speed {
    /** How long after the first event one of a later time is due. */
    Duration due(long microsSinceFirst) {
      return Duration.ofNanos((long) (microsSinceFirst * 1000.0 / factor));
    }

    /** The event time, from the first event on, that is due after so long. */
    long microsAfter(Duration wall) {
      return (long) (wall.toNanos() / 1000.0 * factor);
    }
  }

  /** Reads {@code max}, {@code 60x}, {@code 0.5x}. */
  final class Form implements ITypeConverter<Speed> {
    private static final Pattern TIMES = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)x");

    @Override
    public Speed convert(String text) {
      if (text.equals("max")) {
        return new Max();
      }
      var matcher = TIMES.matcher(text);
      if (matcher.matches() && Double.parseDouble(matcher.group(1)) > 0) {
        return new Times(Double.parseDouble(matcher.group(1)));
      }
      throw new TypeConversionException("'" + text + "' is no speed such as max, 60x or 1x");
    }
  }
}
