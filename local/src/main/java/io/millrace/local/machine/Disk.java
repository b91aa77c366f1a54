package io.millrace.local.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The disk under a system.
 *
 * @param folder where the system writes
 * @param wanted what has to be free, at least, to go on
 */
public record Disk(Path folder, long wanted) {
  /**
   * How much is wanted.
   *
   * @param toStart to begin with
   * @param toGoOn what Kafka's next segments, an open run and RocksDB may take before anybody sees
   *     it
   */
  public record Needs(long toStart, long toGoOn) {
    public static final Needs USUAL = new Needs(5L << 30, 1L << 30);
  }

  public boolean hasRoom() {
    return free() >= wanted;
  }

  /** Where, how little there is, and how much is wanted, in a line. */
  public String isFull() {
    return String.format(
        Locale.ROOT,
        "the disk of %s is full: %.2f GiB left, %.2f GiB wanted; it goes on by itself when there is room",
        folder,
        gibibytes(free()),
        gibibytes(wanted));
  }

  private long free() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
