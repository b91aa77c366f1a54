package io.millrace.evaluator.verdict;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rows that are alike.
 *
 * @param values the value that each field has in them, as text; "" is missing. Empty for all rows
 */
public record Slice(SortedMap<String, String> values) {
  /** All rows. */
  public static final Slice ALL = new Slice(Map.of());

  public Slice {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  Slice(Map<String, String> values) {
    this((SortedMap<String, String>) new TreeMap<>(values));
  }

  /** As pages and answers name it, such as {@code hour=9, origin=JFK}. */
  public String text() {
    return values.isEmpty()
        ? "all rows"
        : values.entrySet().stream()
            .map(value -> value.getKey() + "=" + value.getValue())
            .collect(Collectors.joining(", "));
  }
}
