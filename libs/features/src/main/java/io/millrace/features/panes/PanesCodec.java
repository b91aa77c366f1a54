package io.millrace.features.panes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Panes as Avro binary of the record {@code io.millrace.contracts.features.FeaturePanes}, written
 * by hand because it is on the path of every label. For one thread; {@link #decode} for any.
 *
 * <p>Series are matched by field and pane: one that the features don't know is dropped, one that
 * the bytes don't have is empty. So bytes outlive a change of the pipeline's features.
 */
public final class PanesCodec {
  private final EntityFeatures features;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);

  public PanesCodec(EntityFeatures features) {
    this.features = features;
  }

  public byte[] encode(String key, long watermark, Panes panes) {
    out.reset();
    try {
      encoder.writeString(features.entity());
      encoder.writeString(key);
      encoder.writeLong(watermark);
      encoder.writeLong(panes.evictedTo());
      writeArrayStart(features.series().size());
      for (int i = 0; i < features.series().size(); i++) {
        SeriesKey series = features.series().get(i);
        encoder.writeString(series.field());
        encoder.writeLong(series.paneMicros());
        write(panes.series(i));
      }
      encoder.writeArrayEnd();
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void writeArrayStart(int items) throws IOException {
    encoder.writeArrayStart();
    encoder.setItemCount(items);
  }

  private void write(Series series) throws IOException {
    writeArrayStart(series.size());
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

  /** The inverse of {@link #encode}. */
  public StoredPanes decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  public StoredPanes decode(byte[] bytes, int offset, int length) {
    try {
      return read(DecoderFactory.get().binaryDecoder(bytes, offset, length, null));
    } catch (IOException e) {
      throw new UncheckedIOException("no FeaturePanes of " + features.entity(), e);
    }
  }

  private StoredPanes read(BinaryDecoder in) throws IOException {
    in.skipString();
    String key = in.readString();
    long watermark = in.readLong();
    long reach = in.readLong();
    Panes panes = new Panes(features);
    for (long n = in.readArrayStart(); n > 0; n = in.arrayNext()) {
      for (long i = 0; i < n; i++) {
        readSeries(in, panes);
      }
    }
    panes.evictTo(reach);
    return new StoredPanes(key, watermark, panes);
  }

  private void readSeries(BinaryDecoder in, Panes panes) throws IOException {
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
}
