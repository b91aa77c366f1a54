package io.millrace.features.panes;

import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Panes as Avro binary of the record {@code io.millrace.contracts.features.FeaturePanes}, by hand
 * because it is on the path of every label.
 */
final class PanesCodec {
  private static final int DOUBLES_PER_PANE = 4;

  /** In place of a pane's count: its end is how far panes lack values. */
  private static final long LACKING = 0;

  /** In place of a pane's count: its end is how far panes were dropped beyond the others'. */
  private static final long DROPPED = -1;

  private static final int BYTES_PER_PANE = 9 + 2 + DOUBLES_PER_PANE * Double.BYTES;

  static byte[] encode(
      String entity, String key, long watermark, List<SeriesKey> series, Panes panes) {
    AvroOutput out = new AvroOutput(capacity(series, panes));
    out.writeString(entity);
    out.writeString(key);
    out.writeLong(watermark);
    long evictedTo = evictedTo(panes, series.size());
    out.writeLong(evictedTo);
    out.writeArrayStart(series.size());
    for (int i = 0; i < series.size(); i++) {
      out.writeString(series.get(i).name());
      out.writeLong(series.get(i).paneMicros());
      write(out, panes, i, evictedTo);
    }
    out.writeArrayEnd();
    return out.toByteArray();
  }

  /** What all series have dropped. */
  private static long evictedTo(Panes panes, int series) {
    long evictedTo = series == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    for (int i = 0; i < series; i++) {
      evictedTo = Math.min(evictedTo, panes.evictedTo(i));
    }
    return evictedTo;
  }

  private static int capacity(List<SeriesKey> series, Panes panes) {
    int capacity = 128;
    for (int i = 0; i < series.size(); i++) {
      capacity += 128 + BYTES_PER_PANE * (2 + panes.series(i).size());
    }
    return capacity;
  }

  /** What is missing or was dropped is told by panes without values, ahead of the others. */
  private static void write(AvroOutput out, Panes panes, int index, long evictedByAll) {
    Series series = panes.series(index);
    long evictedTo = panes.evictedTo(index);
    boolean lacks = panes.lackingTo(index) > evictedTo;
    boolean dropped = evictedTo > evictedByAll;
    out.writeArrayStart(series.size() + (lacks ? 1 : 0) + (dropped ? 1 : 0));
    if (dropped) {
      writeMark(out, evictedTo, DROPPED);
    }
    if (lacks) {
      writeMark(out, panes.lackingTo(index), LACKING);
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

  private static void writeMark(AvroOutput out, long end, long kind) {
    out.writeLong(end);
    out.writeLong(kind);
    for (int i = 0; i < DOUBLES_PER_PANE; i++) {
      out.writeDouble(0);
    }
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
    boolean[] read = new boolean[features.series().size()];
    for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
      for (long i = 0; i < n; i++) {
        readSeries(features, in, panes, read);
      }
    }
    for (int i = 0; i < read.length; i++) {
      if (read[i]) {
        panes.evictTo(i, reach);
      } else {
        panes.lacks(i, Long.MAX_VALUE);
      }
    }
    return new StoredPanes(key, watermark, panes);
  }

  private static void readSeries(
      EntityFeatures features, AvroInput in, Panes panes, boolean[] read) {
    SeriesKey written = new SeriesKey(in.readString(), in.readLong());
    int[] indices = indices(written, features.series());
    for (int index : indices) {
      read[index] = true;
    }
    for (long n = in.readBlock(); n > 0; n = in.readBlock()) {
      for (long i = 0; i < n; i++) {
        long end = in.readLong();
        long count = in.readLong();
        double high = in.readDouble();
        double min = in.readDouble();
        double max = in.readDouble();
        double low = in.readDouble();
        for (int index : indices) {
          if (count == LACKING) {
            panes.lacks(index, end);
          } else if (count == DROPPED) {
            panes.evictTo(index, end);
          } else {
            panes.add(index, end, count, high, low, min, max);
          }
        }
      }
    }
  }

  /** In an older form a series has no window: it is that of each. */
  private static int[] indices(SeriesKey written, List<SeriesKey> series) {
    int index = series.indexOf(written);
    return index >= 0
        ? new int[] {index}
        : IntStream.range(0, series.size())
            .filter(i -> series.get(i).ofAnyWindow().equals(written))
            .toArray();
  }

  private PanesCodec() {}
}
