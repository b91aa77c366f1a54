package io.millrace.monitor.verdicts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.millrace.contracts.pipeline.Label;
import io.millrace.monitor.windows.WindowTally;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a window, of which verdicts are made.
 *
 * @param start microseconds since the epoch
 * @param closedBy null while it is open
 * @param distances of its fields, once it is closed
 */
public record WindowNumbers(
    long start,
    @Nullable ClosedBy closedBy,
    SortedMap<Integer, VersionNumbers> versions,
    List<FieldDistance> distances) {
  public WindowNumbers {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    distances = List.copyOf(distances);
  }

  /** An open window. */
  public static WindowNumbers of(long start, WindowTally tally, Label.Kind kind) {
    SortedMap<Integer, VersionNumbers> versions = new TreeMap<>();
    tally
        .versions()
        .forEach(
            (version, counted) ->
                versions.put(
                    version,
                    new VersionNumbers(
                        counted.predictions(),
                        counted.labelled(),
                        counted.metrics(kind),
                        counted.expected(kind))));
    return new WindowNumbers(start, null, versions, List.of());
  }

  public WindowNumbers closed(@Nullable ClosedBy by) {
    return new WindowNumbers(start, by, versions, distances);
  }

  public WindowNumbers with(List<FieldDistance> measured) {
    return new WindowNumbers(start, closedBy, versions, measured);
  }

  /**
   * Measured anew. What was known of a distance stays, if what it was measured by is out of reach.
   */
  public WindowNumbers measured(List<FieldDistance> anew) {
    return with(anew.stream().map(this::known).toList());
  }

  private FieldDistance known(FieldDistance anew) {
    return anew.outcome() == FieldDistance.Outcome.NO_REFERENCE
        ? distances.stream().filter(anew::isOfTheSame).findFirst().orElse(anew)
        : anew;
  }

  @JsonIgnore
  public boolean isClosed() {
    return closedBy != null;
  }

  public long predictions() {
    return versions.values().stream().mapToLong(VersionNumbers::predictions).sum();
  }

  public long labelled() {
    return versions.values().stream().mapToLong(VersionNumbers::labelled).sum();
  }

  /** The version that predicted most of it, of equal ones the newest. */
  public Optional<Integer> mainVersion() {
    return versions.entrySet().stream()
        .max(
            Map.Entry.<Integer, VersionNumbers>comparingByValue(
                    Comparator.comparingLong(VersionNumbers::predictions))
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }
}
