package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many parts a pipeline has, and rows of which event time, in some 2 MB however many they are.
 * Each part counts once, by its newest version, in whatever order and however often it is
 * announced.
 *
 * <p>The 1,000 to 2,000 parts of the newest event time are known singly. Of the older ones only
 * sums are kept, and which offsets of each partition they are made of. What is announced of offsets
 * and times within those was counted before: it changes nothing, also as a higher version, which is
 * taken to have as many rows. Offsets that begin anew, as of a topic that was made again, count
 * from the first event on that is later than all in these sums.
 *
 * <p>Not safe for several threads.
 */
public final class PartTotals {
  private static final int MOST_SINGLY = 2_000;

  private final PartsIndex newest;
  private Folded folded;

  /**
   * The older parts.
   *
   * @param parts how many
   * @param rows theirs
   * @param places what they are made of, by partition
   * @param times the rows by event time
   */
  public record Folded(long parts, long rows, Map<Integer, Place> places, RowTimes times) {
    /** None. */
    public static final Folded NONE = new Folded(0, 0, Map.of(), RowTimes.NONE);

    public Folded {
      places = Map.copyOf(places);
    }

    private Folded with(Collection<PartWritten> more) {
      Map<Integer, Place> all = new TreeMap<>(places);
      more.forEach(part -> all.merge(part.getPartition(), Place.of(part), Place::and));
      return new Folded(
          parts + more.size(),
          rows + more.stream().mapToLong(PartWritten::getRows).sum(),
          all,
          times.with(more));
    }

    private boolean has(PartWritten part) {
      Place place = places.get(part.getPartition());
      return place != null && place.and(Place.of(part)).equals(place);
    }
  }

  /**
   * Offsets of a partition, from the first to the last, and the latest event time in them, in
   * milliseconds since the epoch.
   */
  public record Place(long first, long last, long latest) {
    private static Place of(PartWritten part) {
      return new Place(
          part.getFirstOffset(), part.getLastOffset(), part.getMaxTime().toEpochMilli());
    }

    private Place and(Place other) {
      return new Place(
          Math.min(first, other.first), Math.max(last, other.last), Math.max(latest, other.latest));
    }
  }

  /** Those of a pipeline of which nothing has been announced. */
  public PartTotals(String pipeline) {
    this(pipeline, Folded.NONE);
  }

  /**
   * Those of a pipeline whose older parts are known.
   *
   * @param folded as {@link #folded} has told it
   */
  public PartTotals(String pipeline, Folded folded) {
    this.newest = new PartsIndex(pipeline);
    this.folded = folded;
  }

  /** Whether it changes what is counted. */
  public boolean accept(PartWritten part) {
    return (newest.has(part.getPart()) || !folded.has(part)) && newest.accept(part);
  }

  /** As if none had been announced. */
  public void clear() {
    newest.clear();
    folded = Folded.NONE;
  }

  /**
   * Parts that it knows singly no more: mostly none, then a thousand. To be called now and then.
   */
  public List<PartWritten> fold() {
    if (newest.size() <= MOST_SINGLY) {
      return List.of();
    }
    List<PartWritten> older =
        newest.parts().stream()
            .sorted(Comparator.comparing(PartWritten::getMaxTime))
            .limit(newest.size() - MOST_SINGLY / 2)
            .toList();
    folded = folded.with(older);
    older.forEach(part -> newest.remove(part.getPart()));
    return older;
  }

  /** The older parts. */
  public Folded folded() {
    return folded;
  }

  /** Those that it knows singly, by name. */
  public List<PartWritten> newest() {
    return newest.parts();
  }

  /** How many parts are announced. */
  public long parts() {
    return folded.parts() + newest.size();
  }

  /** Rows that are announced. */
  public long rows() {
    return folded.rows() + newest.parts().stream().mapToLong(PartWritten::getRows).sum();
  }

  /**
   * About how many of them are of examples from a time on. Of a part that has some before it, the
   * share of its time that is behind; wrong besides by less than the older parts' rows of an hour.
   */
  public long rowsSince(Instant from) {
    double sum = folded.times().since(from);
    for (PartWritten part : newest.parts()) {
      if (!part.getMinTime().isBefore(from)) {
        sum += part.getRows();
      } else if (part.getMaxTime().isAfter(from)) {
        double whole = seconds(part.getMinTime(), part.getMaxTime());
        sum += part.getRows() * seconds(from, part.getMaxTime()) / whole;
      }
    }
    return (long) sum;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
