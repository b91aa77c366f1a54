package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Windowed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one entity's labels: count, sum, min and max by pane. Mutable, for one thread.
 *
 * <p>A feature as of t is the aggregate over the panes with an end in (⌊t⌋ − window, ⌊t⌋]; a pane
 * that is still open at t would leak what came after t. The order of additions doesn't matter: see
 * {@link Sum} for what holds of sums.
 */
public final class Panes {
  private final EntityFeatures features;
  private final Series[] series;
  private final long[] lackingTo;
  private final long[] evictedTo;

  public Panes(EntityFeatures features) {
    this.features = features;
    this.series = new Series[features.series().size()];
    for (int i = 0; i < series.length; i++) {
      series[i] = new Series();
    }
    this.lackingTo = new long[series.length];
    Arrays.fill(lackingTo, Long.MIN_VALUE);
    this.evictedTo = new long[series.length];
    Arrays.fill(evictedTo, Long.MIN_VALUE);
  }

  /**
   * Counts a value; missing ones must not come here.
   *
   * @param index in {@link EntityFeatures#series()}
   * @param time when the value became known, microseconds since the epoch
   * @return false when the pane has been dropped already and the value counts for nothing
   */
  public boolean add(int index, long time, double value) {
    return add(index, features.series().get(index).endOf(time), 1, value, 0, value, value);
  }

  /** Counts all that another has counted, as if each of its values had been added here. */
  public void addAll(Panes other) {
    for (int i = 0; i < series.length; i++) {
      series[i].addAll(other.series[i]);
      series[i].evict(evictedTo[i]);
      lackingTo[i] = Math.max(lackingTo[i], other.lackingTo[i]);
    }
  }

  /**
   * Says that values are missing from the panes of a series with an end up to this time, as they
   * came before anybody asked for it.
   *
   * @param index in {@link EntityFeatures#series()}
   * @param end {@code Long.MIN_VALUE} when none is missing
   */
  public void lacks(int index, long end) {
    lackingTo[index] = end;
  }

  /** Begins a series anew, as one that has counted and dropped nothing. */
  public void clear(int index) {
    series[index] = new Series();
    evictedTo[index] = Long.MIN_VALUE;
  }

  long lackingTo(int index) {
    return lackingTo[index];
  }

  boolean add(int index, long end, long count, double high, double low, double min, double max) {
    if (end <= evictedTo[index]) {
      return false;
    }
    series[index].add(end, count, high, low, min, max);
    return true;
  }

  /**
   * A feature's value as of a time: Long for a count, 0 if there is nothing; else Double, null if
   * there is nothing.
   *
   * @param feature in {@link EntityFeatures#features()}
   */
  public @Nullable Object value(int feature, long t) {
    Windowed windowed = features.features().get(feature);
    int index = features.seriesOf()[feature];
    long upTo = features.series().get(index).floor(t);
    return series[index].aggregate(
        windowed.aggregate(), minus(upTo, windowed.windowMicros()), upTo);
  }

  /**
   * All values as of a time, into {@code out}, in the order of the entity's features; one that does
   * not {@link #reaches reach} so far back is missing.
   *
   * @return whether all do
   */
  public boolean valuesAt(long t, @Nullable Object[] out) {
    boolean whole = true;
    for (int i = 0; i < features.features().size(); i++) {
      boolean reaches = reaches(i, t);
      out[i] = reaches ? value(i, t) : null;
      whole &= reaches;
    }
    return whole;
  }

  /** Whether all panes that a feature needs as of a time are kept, and whole. */
  public boolean reaches(int feature, long t) {
    int index = features.seriesOf()[feature];
    SeriesKey key = features.series().get(index);
    long after = minus(key.floor(t), features.features().get(feature).windowMicros());
    long firstNeeded = key.endOf(after == Long.MAX_VALUE ? after : after + 1);
    return firstNeeded > evictedTo[index] && firstNeeded > lackingTo[index];
  }

  /**
   * Drops panes with an end at or before {@code watermark − reach}. With {@link
   * EntityFeatures#reachMicros} as reach this changes no answer for t >= watermark − lateness.
   */
  public void evict(long watermark, long reach) {
    for (int i = 0; i < series.length; i++) {
      evictTo(i, minus(watermark, reach));
    }
  }

  /** Drops the panes of a series with an end up to a time. */
  public void evictTo(int index, long time) {
    if (time > evictedTo[index]) {
      evictedTo[index] = time;
      series[index].evict(time);
    }
  }

  /** The panes of a series with an end up to this time have been dropped. */
  public long evictedTo(int index) {
    return evictedTo[index];
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    for (Series one : series) {
      if (one.size() > 0) {
        return false;
      }
    }
    return true;
  }

  /** The end of the latest pane; {@code Long.MIN_VALUE} when there is none. */
  public long lastEnd() {
    long last = Long.MIN_VALUE;
    for (Series one : series) {
      if (one.size() > 0) {
        last = Math.max(last, one.end(one.size() - 1));
      }
    }
    return last;
  }

  /**
   * Avro binary of {@code io.millrace.contracts.features.FeaturePanes}.
   *
   * @param key the entity's value, as text
   * @param watermark all labels up to this time are in
   */
  public byte[] encode(String entity, String key, long watermark) {
    return PanesCodec.encode(entity, key, watermark, features.series(), this);
  }

  /**
   * The inverse of {@link #encode}. Series are matched by name and pane: one that the features
   * don't know is dropped, one that the bytes don't have is empty and lacks all that ever came, so
   * that bytes outlive a change of the pipeline's features.
   */
  public static Panes decode(EntityFeatures features, byte[] bytes, int offset, int length) {
    return StoredPanes.decode(features, bytes, offset, length).panes();
  }

  Series series(int index) {
    return series[index];
  }

  /** Stays at the ends of time, where a watermark of "never" or "for ever" lies. */
  private static long minus(long time, long span) {
    return time < Long.MIN_VALUE + span ? Long.MIN_VALUE : time - span;
  }
}
