package io.millrace.features.panes;

import java.nio.BufferUnderflowException;
import java.util.List;

/**
 * Panes as Avro binary of the record {@code io.millrace.contracts.features.FeaturePanes}, by hand
 * because it is on the path of every label.
 */
final class PanesCodec {
  private static final int DOUBLES_PER_PANE = 4;
  private static final int BYTES_PER_PANE = 9 + 2 + DOUBLES_PER_PANE * Double.BYTES;

  static byte[] encode(
      String entity, String key, long watermark, List<SeriesKey> series, Panes panes) {
    AvroOutput out = new AvroOutput(capacity(series, panes));
    out.writeString(entity);
    out.writeString(key);
    out.writeLong(watermark);
    out.writeLong(panes.evictedTo());
    out.writeArrayStart(series.size());
    for (int i = 0; i < series.size(); i++) {
      out.writeString(series.get(i).name());
      out.writeLong(series.get(i).paneMicros());
      write(out, panes.series(i), panes.lackingTo(i), panes.evictedTo());
    }
    out.writeArrayEnd();
    return out.toByteArray();
  }

  private static int capacity(List<SeriesKey> series, Panes panes) {
    int capacity = 128;
    for (int i = 0; i < series.size(); i++) {
      capacity += 96 + BYTES_PER_PANE * (1 + panes.series(i).size());
    }
    return capacity;
  }

  /** What is missing is told by a pane without values: those up to its end are not whole. */
  private static void write(AvroOutput out, Series series, long lackingTo, long evictedTo) {
    boolean lacks = lackingTo > evictedTo;
    out.writeArrayStart(series.size() + (lacks ? 1 : 0));
    if (lacks) {
      out.writeLong(lackingTo);
      out.writeLong(0);
      for (int i = 0; i < DOUBLES_PER_PANE; i++) {
        out.writeDouble(0);
      }
    }
    for (int i = 0; i < series.size(); i++) {
      out.writeLong(series.end(i));
      out.writeLong(series.count(i));
      out.writeDouble(series.high(i));
      out.writeDouble(series.min(i));
      out.writeDouble(series.max(i));
      out.writeDouble(series.low(i));
    }
    out.writeArrayEnd();
  }

  static StoredPanes decode(EntityFeatures features, byte[] bytes, int offset, int length) {
    try {
      return read(features, new AvroInput(bytes, offset, length));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("no FeaturePanes of " + features.entity(), e);
    }
  }

  static long watermark(byte[] bytes, int offset, int length) {
    try {
      AvroInput in = new AvroInput(bytes, offset, length);
      in.skipString();
      in.skipString();
      return in.readLong();
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("no FeaturePanes", e);
    }
  }

  static boolean isWhole(byte[] bytes) {
    try {
      AvroInput in = new AvroInput(bytes, 0, bytes.length);
      in.skipString();
      in.skipString();
      in.skipLong();
      in.skipLong();
      for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
        for (long i = 0; i < n; i++) {
          skipSeries(in);
        }
      }
      return in.isAtEnd();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return false;
    }
  }

  private static void skipSeries(AvroInput in) {
    in.skipString();
    in.skipLong();
    for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
      for (long i = 0; i < n; i++) {
        in.skipLong();
        in.skipLong();
        in.skipDoubles(DOUBLES_PER_PANE);
      }
    }
  }

  private static StoredPanes read(EntityFeatures features, AvroInput in) {
    in.skipString();
    String key = in.readString();
    long watermark = in.readLong();
    long reach = in.readLong();
    Panes panes = new Panes(features);
    for (int i = 0; i < features.series().size(); i++) {
      panes.lacks(i, Long.MAX_VALUE);
    }
    for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
      for (long i = 0; i < n; i++) {
        readSeries(features, in, panes);
      }
    }
    panes.evictTo(reach);
    return new StoredPanes(key, watermark, panes);
  }

  private static void readSeries(EntityFeatures features, AvroInput in, Panes panes) {
    int index = indexOf(new SeriesKey(in.readString(), in.readLong()), features.series());
    if (index >= 0) {
      panes.lacks(index, Long.MIN_VALUE);
    }
    for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
      for (long i = 0; i < n; i++) {
        long end = in.readLong();
        long count = in.readLong();
        double high = in.readDouble();
        double min = in.readDouble();
        double max = in.readDouble();
        double low = in.readDouble();
        if (index >= 0 && count == 0) {
          panes.lacks(index, end);
        } else if (index >= 0) {
          panes.add(index, end, count, high, low, min, max);
        }
      }
    }
  }

  /** In an older form a series was named by its field alone. */
  private static int indexOf(SeriesKey written, List<SeriesKey> series) {
    int index = series.indexOf(written);
    for (int i = 0; i < series.size() && index < 0; i++) {
      if (series.get(i).field().equals(written.name())
          && series.get(i).paneMicros() == written.paneMicros()) {
        index = i;
      }
    }
    return index;
  }

  private PanesCodec() {}
}
