package io.millrace.serving.stream;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What became of the vectors of one partition, ever. Travels as the metadata of the committed
 * offset, and so is exactly as true as the offset.
 *
 * @param skipped as there was no model
 * @param notFinite as the model answered NaN or an infinity, which is no prediction
 */
record StreamCounts(long predictions, long skipped, long notFinite) {
  static final StreamCounts NONE = new StreamCounts(0, 0, 0);
  static final StreamCounts PREDICTED = new StreamCounts(1, 0, 0);
  static final StreamCounts SKIPPED = new StreamCounts(0, 1, 0);
  static final StreamCounts NOT_FINITE = new StreamCounts(0, 0, 1);

  /** The last one is absent where an earlier version of Millrace has committed. */
  private static final Pattern FORM =
      Pattern.compile("predictions=(\\d+),skipped=(\\d+)(?:,notFinite=(\\d+))?");

  /** The inverse of {@link #toString}; {@link #NONE} for what is something else. */
  static StreamCounts parse(String metadata) {
    Matcher matcher = FORM.matcher(metadata);
    return matcher.matches()
        ? new StreamCounts(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3)))
        : NONE;
  }

  StreamCounts plus(StreamCounts more) {
    return new StreamCounts(
        predictions + more.predictions, skipped + more.skipped, notFinite + more.notFinite);
  }

  Map<String, Object> toJson() {
    return Map.of("predictions", predictions, "skipped", skipped, "notFinite", notFinite);
  }

  @Override
  public String toString() {
    return "predictions=" + predictions + ",skipped=" + skipped + ",notFinite=" + notFinite;
  }
}
