package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One version of one part, as the key of its announcement names it. */
public record PartKey(String pipeline, String part, int version) {
  private static final Pattern TEXT = Pattern.compile("([^/]+)/(.+)/([0-9]{1,9})");

  public static PartKey of(PartWritten part) {
    return new PartKey(part.getPipeline(), part.getPart(), part.getVersion());
  }

  /** The inverse of {@link #text}; empty for what is no such key. */
  public static Optional<PartKey> parse(String text) {
    Matcher key = TEXT.matcher(text);
    return key.matches()
        ? Optional.of(new PartKey(key.group(1), key.group(2), Integer.parseInt(key.group(3))))
        : Optional.empty();
  }

  /** Of a record of {@code millrace.datasets}. */
  public String text() {
    return pipeline + "/" + part + "/" + version;
  }
}
