package io.millrace.ingest.events;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that someone most likely meant. */
final class Nearest {
  private static final int LONGEST = 100;

  private Nearest() {}

  /** The nearest of the known names, when it is at most half of its letters, and three, away. */
  static Optional<String> to(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(lower, candidate)))
        .filter(best -> distance(lower, best) <= Math.max(1, Math.min(3, best.length() / 2)));
  }

  /** Levenshtein's edit distance, ignoring case. */
  private static int distance(String a, String known) {
    String b = known.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
