package io.millrace.local.cluster;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;

/** Says how far it is when it takes a while. */
final class Upload extends FilterOutputStream {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);
  private static final double MEGABYTE = 1e6;

  private final long size;
  private final PrintWriter err;
  private long written;
  private long lastLine = System.nanoTime();

  Upload(OutputStream out, long size, PrintWriter err) {
    super(out);
    this.size = size;
    this.err = err;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    written += length;
    if (System.nanoTime() - lastLine > BETWEEN_LINES.toNanos()) {
      lastLine = System.nanoTime();
      err.printf("millrace: %.1f of %.1f MB sent%n", written / MEGABYTE, size / MEGABYTE);
      err.flush();
    }
  }

  /** The pod's input stays open. */
  @Override
  public void close() throws IOException {
    flush();
  }
}
