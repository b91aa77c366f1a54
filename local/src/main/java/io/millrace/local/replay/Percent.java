package io.millrace.local.replay;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A part of a hundred. */
record Percent(BigDecimal value) {
  /** Whether a part is more than this of a whole. */
  boolean isExceeded(long part, long whole) {
    return BigDecimal.valueOf(part)
            .movePointRight(2)
            .compareTo(value.multiply(BigDecimal.valueOf(whole)))
        > 0;
  }

  @Override
  public String toString() {
    return value.toPlainString() + "%";
  }

  /** Reads {@code 1%}, {@code 0.5%}. */
  static final class Form implements ITypeConverter<Percent> {
    private static final Pattern PERCENT = Pattern.compile("\\d{1,3}(\\.\\d{1,6})?%");

    @Override
    public Percent convert(String text) {
      if (!PERCENT.matcher(text).matches()) {
        throw new TypeConversionException("'" + text + "' is no part such as 1% or 0.5%");
      }
      return new Percent(new BigDecimal(text.substring(0, text.length() - 1)));
    }
  }
}
