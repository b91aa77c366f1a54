package io.millrace.local.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts as the instances of a service tell them, summed: each instance counts what its own
 * partitions have seen.
 *
 * @param numbers by path, such as {@code records.departures}
 */
record Counts(Map<String, Long> numbers) {
  Counts {
    numbers = new TreeMap<>(numbers);
  }

  static Counts none() {
    return new Counts(Map.of());
  }

  /** These and those of one more instance. */
  Counts plus(JsonNode counts) {
    Map<String, Long> sum = new TreeMap<>(numbers);
    add(sum, "", counts);
    return new Counts(sum);
  }

  long get(String path) {
    return numbers.getOrDefault(path, 0L);
  }

  /** The members of an object, such as {@code quarantined}. */
  Map<String, Long> below(String path) {
    Map<String, Long> members = new TreeMap<>();
    numbers.forEach(
        (key, count) -> {
          if (key.startsWith(path + ".")) {
            members.put(key.substring(path.length() + 1), count);
          }
        });
    return members;
  }

  private static void add(Map<String, Long> sum, String path, JsonNode node) {
    if (node.isNumber()) {
      sum.merge(path, node.longValue(), Long::sum);
    }
    node.properties()
        .forEach(
            member ->
                add(
                    sum,
                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                    member.getValue()));
  }
}
