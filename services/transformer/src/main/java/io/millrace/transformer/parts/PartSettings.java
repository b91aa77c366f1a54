package io.millrace.transformer.parts;

import java.nio.file.Path;
import java.time.Duration;

/**
 * When a part is cut, and where it is made.
 *
 * @param instance unique per process; static group membership and the transactional id hang on it
 * @param spool a local folder of its own for files that are being written
 * @param maxRows a partition with this many rows is cut
 * @param maxAge a partition whose first row has waited this long is cut
 * @param idle everything is cut once no row has come for this long
 * @param maxBufferedBytes above this, the largest partition is cut
 */
public record PartSettings(
    String bootstrapServers,
    String instance,
    Path spool,
    int maxRows,
    Duration maxAge,
    Duration idle,
    long maxBufferedBytes) {

  /** 50,000 rows, 15 s, 3 s of silence, 64 MiB. */
  public static PartSettings defaults(String bootstrapServers, String instance, Path spool) {
    return new PartSettings(
        bootstrapServers,
        instance,
        spool,
        50_000,
        Duration.ofSeconds(15),
        Duration.ofSeconds(3),
        64L << 20);
  }
}
