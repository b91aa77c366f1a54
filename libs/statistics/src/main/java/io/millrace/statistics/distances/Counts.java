package io.millrace.statistics.distances;

import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;

/**
 * How often each value was seen.
 *
 * @param missing how often there was no value; that counts as one more value, the same on both
 *     sides of a distance
 */
public record Counts(Map<String, Long> values, long missing) {
  public Counts {
    values = Map.copyOf(values);
    if (missing < 0 || values.values().stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("a negative count");
    }
  }

  public long total() {
    return missing + values.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The share of other values that goes beyond so many times their share here: of values that are
   * not known here all, of those that are not more frequent none.
   *
   * @return 0 to 1; 0 when a side has counted nothing
   */
  public double shareBeyond(Counts other, double times) {
    return total() == 0 || other.total() == 0
        ? 0
        : termsWith(other, (here, there) -> Math.max(0, there - times * here)).sum();
  }

  /**
   * A term for each value that either side has, of its shares on this side and on the other, in the
   * order of the values, so that the sum is always the same.
   */
  DoubleStream termsWith(Counts other, DoubleBinaryOperator term) {
    double total = total();
    double otherTotal = other.total();
    TreeSet<String> all = new TreeSet<>(values.keySet());
    all.addAll(other.values.keySet());
    return DoubleStream.concat(
        all.stream()
            .mapToDouble(
                value ->
                    term.applyAsDouble(
                        values.getOrDefault(value, 0L) / total,
                        other.values.getOrDefault(value, 0L) / otherTotal)),
        DoubleStream.of(term.applyAsDouble(missing / total, other.missing / otherTotal)));
  }
}
