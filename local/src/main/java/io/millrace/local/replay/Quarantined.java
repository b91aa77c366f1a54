package io.millrace.local.replay;

import io.millrace.local.running.Counts;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records that the validator has refused.
 *
 * @param reasons how many, by code and field: {@code NO_ID.carts.cart}
 */
record Quarantined(Map<String, Long> reasons) {
  Quarantined {
    reasons = new TreeMap<>(reasons);
  }

  static Quarantined of(Counts validator) {
    return new Quarantined(validator.below("quarantinedFields"));
  }

  /** Those that were not refused yet. */
  Quarantined since(Quarantined before) {
    Map<String, Long> more = new TreeMap<>();
    reasons.forEach(
        (reason, count) -> {
          long since = count - before.reasons.getOrDefault(reason, 0L);
          if (since > 0) {
            more.put(reason, since);
          }
        });
    return new Quarantined(more);
  }

  long total() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A line for each reason and field; nothing when there is none. */
  String text() {
    if (reasons.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("quarantined      %,10d%n".formatted(total()));
    reasons.forEach(
        (reason, count) -> {
          int dot = reason.indexOf('.');
          text.append(
              "  %,10d  %s: %s%n"
                  .formatted(count, reason.substring(dot + 1), reason.substring(0, dot)));
        });
    return text.toString();
  }
}
