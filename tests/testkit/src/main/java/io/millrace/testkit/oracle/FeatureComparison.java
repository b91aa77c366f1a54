package io.millrace.testkit.oracle;

import java.util.List;

/**
 * Features as computed by the system against those computed by force.
 *
 * @param examples how many examples were compared
 * @param values how many values
 * @param incomplete vectors that say of themselves that labels may be missing
 * @param absent examples without a vector
 * @param mismatches every value that differs
 */
public record FeatureComparison(
    long examples, long values, long incomplete, List<String> absent, List<Mismatch> mismatches) {
  private static final int SHOWN = 20;

  /**
   * A value that differs; {@code null} as text means missing.
   *
   * @param expected by force
   * @param actual in the vector
   */
  public record Mismatch(String id, String feature, String expected, String actual) {}

  public FeatureComparison {
    absent = List.copyOf(absent);
    mismatches = List.copyOf(mismatches);
  }

  public boolean isExact() {
    return absent.isEmpty() && mismatches.isEmpty();
  }

  /** For people. */
  public String report() {
    StringBuilder text =
        new StringBuilder(
            "%,d examples, %,d values compared; %,d incomplete, %,d absent, %,d mismatches%n"
                .formatted(examples, values, incomplete, absent.size(), mismatches.size()));
    absent.stream().limit(SHOWN).forEach(id -> text.append("absent ").append(id).append('\n'));
    mismatches.stream().limit(SHOWN).forEach(mismatch -> text.append(mismatch).append('\n'));
    return text.toString();
  }
}
