package io.millrace.contracts.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** "Did you mean": the known name that a misspelt one is closest to. */
public final class Closest {
  /** No name that is known is longer; comparing takes the product of the lengths. */
  private static final int LONGEST = 100;

  private Closest() {}

  /** A fix that names the closest, or all when none is close. */
  static String fix(String name, Collection<String> known) {
    return to(name, known)
        .map(close -> "did you mean \"" + close + "\"?")
        .orElseGet(() -> known.isEmpty() ? "" : "known: " + String.join(", ", known));
  }

  /** The closest of some names, if it is at most a third of the name's length away. */
  public static Optional<String> to(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(candidate -> candidate.length() <= LONGEST)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(close -> distance(name, close) <= Math.max(1, name.length() / 3));
  }

  /** Edit distance by insertions, deletions, replacements and swaps of neighbours. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = fold(a, i - 1) == fold(b, j - 1);
    int best =
        Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && fold(a, i - 1) == fold(b, j - 2) && fold(a, i - 2) == fold(b, j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }

  private static char fold(String text, int position) {
    return Character.toLowerCase(text.charAt(position));
  }
}
