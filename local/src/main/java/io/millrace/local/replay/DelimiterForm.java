package io.millrace.local.replay;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One character, or {@code tab}. */
final class DelimiterForm implements ITypeConverter<Character> {
  @Override
  public Character convert(String text) {
    if (text.equals("tab") || text.equals("\\t")) {
      return '\t';
    }
    if (text.length() != 1 || "\"\r\n".contains(text)) {
      throw new TypeConversionException("'" + text + "' is not one character, such as ; or tab");
    }
    return text.charAt(0);
  }
}
