package io.millrace.features.panes;

import io.millrace.contracts.features.FeaturePanes;
import io.millrace.contracts.pipeline.Windowed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one entity, in panes: a windowed feature as of t is the aggregate of the
 * panes that end in (⌊t⌋ − window, ⌊t⌋]. An open pane never counts: it would leak what came after
 * t.
 *
 * <p>Counts, minima, maxima and sums of whole numbers up to 2^53 are exact; a sum of fractions may
 * differ in its last bit with the order in which they came.
 */
public final class Panes {
  private static final long NEVER = Long.MIN_VALUE;

  private final EntityFeatures features;
  private final PaneSeries[] series;
  private long reach = NEVER;

  /** No panes yet. */
  public Panes(EntityFeatures features) {
    this.features = features;
    this.series =
        features.series().stream()
            .map(key -> new PaneSeries(key.paneMicros()))
            .toArray(PaneSeries[]::new);
  }

  /**
   * Adds a value.
   *
   * @param index of the series among {@link EntityFeatures#series}
   * @param time when it became known, microseconds
   */
  public void add(int index, long time, double value) {
    series[index].add(time, value);
  }

  /** The entity's features as of a time, into {@code out}. */
  public void valuesAt(long time, @Nullable Object[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = valueAt(i, time);
    }
  }

  /**
   * One feature as of a time: Long for a count (0 without values), else Double (missing without
   * values).
   */
  public @Nullable Object valueAt(int feature, long time) {
    Windowed windowed = features.features().get(feature);
    PaneSeries panes = series[features.seriesOf()[feature]];
    long to = EntityFeatures.boundary(time, windowed.paneMicros());
    long count = 0;
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = panes.firstAfter(to - windowed.windowMicros());
        i < panes.size() && panes.end(i) <= to;
        i++) {
      count += panes.count(i);
      sum += panes.sum(i);
      min = Math.min(min, panes.min(i));
      max = Math.max(max, panes.max(i));
    }
    if (windowed.aggregate() == Windowed.Aggregate.COUNT) {
      return count;
    }
    if (count == 0) {
      return null;
    }
    return switch (windowed.aggregate()) {
      case COUNT -> count;
      case SUM -> sum;
      case MEAN -> sum / count;
      case MIN -> min;
      case MAX -> max;
    };
  }

  /** Whether a feature's window as of a time starts before the panes that are still kept. */
  public boolean isOutOfReach(int feature, long time) {
    Windowed windowed = features.features().get(feature);
    return reach != NEVER
        && EntityFeatures.boundary(time, windowed.paneMicros()) - windowed.windowMicros() < reach;
  }

  /** Drops the panes that ended at or before {@code watermark − reachMicros}. */
  public void evict(long watermark, long reachMicros) {
    long end = watermark - reachMicros;
    if (end > reach) {
      reach = end;
      for (PaneSeries panes : series) {
        panes.dropUpTo(end);
      }
    }
  }

  public boolean isEmpty() {
    for (PaneSeries panes : series) {
      if (panes.size() > 0) {
        return false;
      }
    }
    return true;
  }

  /** Avro binary of {@link FeaturePanes}. */
  public byte[] encode(String entity, String key, long watermark) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    BinaryEncoder avro = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      avro.writeString(entity);
      avro.writeString(key);
      avro.writeLong(watermark);
      avro.writeLong(reach);
      avro.writeArrayStart();
      avro.setItemCount(series.length);
      for (int i = 0; i < series.length; i++) {
        avro.startItem();
        avro.writeString(features.series().get(i).field());
        avro.writeLong(features.series().get(i).paneMicros());
        write(series[i], avro);
      }
      avro.writeArrayEnd();
      avro.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The inverse of {@link #encode}; series that no feature asks for any more are left out. */
  public static Panes decode(EntityFeatures features, byte[] bytes, int offset, int length) {
    BinaryDecoder avro = DecoderFactory.get().binaryDecoder(bytes, offset, length, null);
    Panes panes = new Panes(features);
    try {
      avro.skipString();
      avro.skipString();
      avro.readLong(); // watermark
      panes.reach = avro.readLong();
      for (long n = avro.readArrayStart(); n > 0; n = avro.arrayNext()) {
        for (long i = 0; i < n; i++) {
          SeriesKey key = new SeriesKey(avro.readString(), avro.readLong());
          int index = features.series().indexOf(key);
          read(index >= 0 ? panes.series[index] : new PaneSeries(key.paneMicros()), avro);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return panes;
  }

  private static void read(PaneSeries panes, BinaryDecoder avro) throws IOException {
    for (long n = avro.readArrayStart(); n > 0; n = avro.arrayNext()) {
      for (long i = 0; i < n; i++) {
        panes.put(
            avro.readLong(),
            avro.readLong(),
            avro.readDouble(),
            avro.readDouble(),
            avro.readDouble());
      }
    }
  }

  private static void write(PaneSeries panes, BinaryEncoder avro) throws IOException {
    avro.writeArrayStart();
    avro.setItemCount(panes.size());
    for (int i = 0; i < panes.size(); i++) {
      avro.startItem();
      avro.writeLong(panes.end(i));
      avro.writeLong(panes.count(i));
      avro.writeDouble(panes.sum(i));
      avro.writeDouble(panes.min(i));
      avro.writeDouble(panes.max(i));
    }
    avro.writeArrayEnd();
  }
}
