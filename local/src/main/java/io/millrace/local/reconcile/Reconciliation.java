package io.millrace.local.reconcile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How what went in and what came out compare, by id.
 *
 * @param counts records by place, such as {@code records.departures}, {@code examples}, {@code
 *     duplicates}, {@code rows.expected}
 * @param quarantined records by code of a reason; a record with two reasons counts for both
 * @param findings everything that is wrong, all of it
 */
public record Reconciliation(
    Map<String, Long> counts, Map<String, Long> quarantined, List<Finding> findings) {
  private static final int SHOWN = 20;

  public Reconciliation {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    quarantined = Collections.unmodifiableMap(new LinkedHashMap<>(quarantined));
    findings = List.copyOf(findings);
  }

  public long lost() {
    return count(Finding.Kind.LOST);
  }

  public long twice() {
    return count(Finding.Kind.TWICE);
  }

  /** Nothing lost, nothing twice, nothing from nowhere, no damaged part. */
  public boolean isExact() {
    return findings.isEmpty();
  }

  public long count(Finding.Kind kind) {
    return findings.stream().filter(finding -> finding.kind() == kind).count();
  }

  public long count(String place) {
    return counts.getOrDefault(place, 0L);
  }

  /** For people. */
  public String report() {
    StringBuilder text = new StringBuilder();
    counts.forEach((place, count) -> text.append("%-28s %,12d%n".formatted(place, count)));
    quarantined.forEach(
        (reason, count) -> text.append("quarantined %-16s %,12d%n".formatted(reason, count)));
    for (Finding.Kind kind : Finding.Kind.values()) {
      text.append("%-28s %,12d%n".formatted(kind, count(kind)));
    }
    findings.stream().limit(SHOWN).forEach(finding -> text.append(finding).append('\n'));
    return text.toString();
  }
}
