package io.millrace.monitor.windows;

import io.millrace.statistics.histograms.ValueHistogram;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is known of a window, added up over partitions.
 *
 * @param versions how each version did
 * @param scores what each version answered
 * @param inputs the values of the model's inputs, whatever version predicted
 */
public record WindowTally(
    SortedMap<Integer, VersionTally> versions,
    SortedMap<Integer, ValueHistogram> scores,
    SortedMap<String, ValueHistogram> inputs) {
  public static final WindowTally EMPTY =
      new WindowTally(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  public WindowTally {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    scores = Collections.unmodifiableSortedMap(new TreeMap<>(scores));
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
  }

  /** Collects what partitions have told of a window. */
  public static final class Builder {
    private final SortedMap<Integer, VersionTally> versions = new TreeMap<>();
    private final SortedMap<Integer, ValueHistogram> scores = new TreeMap<>();
    private final SortedMap<String, ValueHistogram> inputs = new TreeMap<>();

    /** The cells of one group of one partition. */
    public Builder add(Group group, byte[] cells) {
      switch (group) {
        case Group.Version v ->
            versions.merge(v.version(), VersionTally.of(cells), VersionTally::plus);
        case Group.Scores s -> scores.merge(s.version(), Values.of(cells), ValueHistogram::plus);
        case Group.Input i -> inputs.merge(i.name(), Values.of(cells), ValueHistogram::plus);
      }
      return this;
    }

    public WindowTally build() {
      return new WindowTally(versions, scores, inputs);
    }
  }
}
