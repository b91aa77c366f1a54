package io.millrace.features.panes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Panes as Avro binary of the record {@code io.millrace.contracts.features.FeaturePanes}, by hand
 * because it is on the path of every label.
 */
final class PanesCodec {
  static byte[] encode(
      String entity, String key, long watermark, List<SeriesKey> series, Panes panes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      encoder.writeString(entity);
      encoder.writeString(key);
      encoder.writeLong(watermark);
      encoder.writeLong(panes.evictedTo());
      writeArrayStart(encoder, series.size());
      for (int i = 0; i < series.size(); i++) {
        encoder.writeString(series.get(i).field());
        encoder.writeLong(series.get(i).paneMicros());
        write(encoder, panes.series(i));
      }
      encoder.writeArrayEnd();
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeArrayStart(BinaryEncoder encoder, int items) throws IOException {
    encoder.writeArrayStart();
    encoder.setItemCount(items);
  }

  private static void write(BinaryEncoder encoder, Series series) throws IOException {
    writeArrayStart(encoder, series.size());
    for (int i = 0; i < series.size(); i++) {
      encoder.writeLong(series.end(i));
      encoder.writeLong(series.count(i));
      encoder.writeDouble(series.high(i));
      encoder.writeDouble(series.min(i));
      encoder.writeDouble(series.max(i));
      encoder.writeDouble(series.low(i));
    }
    encoder.writeArrayEnd();
  }

  static StoredPanes decode(EntityFeatures features, byte[] bytes, int offset, int length) {
    try {
      return read(features, DecoderFactory.get().binaryDecoder(bytes, offset, length, null));
    } catch (IOException e) {
      throw new UncheckedIOException("no FeaturePanes of " + features.entity(), e);
    }
  }

  static long watermark(byte[] bytes, int offset, int length) {
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, offset, length, null);
    try {
      in.skipString();
      in.skipString();
      return in.readLong();
    } catch (IOException e) {
      throw new UncheckedIOException("no FeaturePanes", e);
    }
  }

  private static StoredPanes read(EntityFeatures features, BinaryDecoder in) throws IOException {
    in.skipString();
    String key = in.readString();
    long watermark = in.readLong();
    long reach = in.readLong();
    Panes panes = new Panes(features);
    for (long n = in.readArrayStart(); n > 0; n = in.arrayNext()) {
      for (long i = 0; i < n; i++) {
        readSeries(features, in, panes);
      }
    }
    panes.evictTo(reach);
    return new StoredPanes(key, watermark, panes);
  }

  private static void readSeries(EntityFeatures features, BinaryDecoder in, Panes panes)
      throws IOException {
    int index = features.series().indexOf(new SeriesKey(in.readString(), in.readLong()));
    for (long n = in.readArrayStart(); n > 0; n = in.arrayNext()) {
      for (long i = 0; i < n; i++) {
        long end = in.readLong();
        long count = in.readLong();
        double high = in.readDouble();
        double min = in.readDouble();
        double max = in.readDouble();
        double low = in.readDouble();
        if (index >= 0) {
          panes.add(index, end, count, high, low, min, max);
        }
      }
    }
  }

  private PanesCodec() {}
}
