package io.millrace.serving.stream;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many vectors of one partition were predicted and how many skipped, ever. Travels as the
 * metadata of the committed offset, and so is exactly as true as the offset.
 */
record StreamCounts(long predictions, long skipped) {
  static final StreamCounts NONE = new StreamCounts(0, 0);
  private static final Pattern FORM = Pattern.compile("predictions=(\\d+),skipped=(\\d+)");

  /** The inverse of {@link #toString}; {@link #NONE} for what is something else. */
  static StreamCounts parse(String metadata) {
    Matcher matcher = FORM.matcher(metadata);
    return matcher.matches()
        ? new StreamCounts(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
        : NONE;
  }

  StreamCounts plus(StreamCounts more) {
    return new StreamCounts(predictions + more.predictions, skipped + more.skipped);
  }

  Map<String, Object> toJson() {
    return Map.of("predictions", predictions, "skipped", skipped);
  }

  @Override
  public String toString() {
    return "predictions=" + predictions + ",skipped=" + skipped;
  }
}
