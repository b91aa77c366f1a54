package io.millrace.features.online;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of a value in Redis: the version as 19 digits, then the bytes; none if it is removed.
 */
final class VersionedBytes {
  static final int VERSION_DIGITS = 19;

  /** Digits of one width sort as their numbers do, so that Lua needs no 64-bit integers. */
  static byte[] version(long version) {
    return String.format(Locale.ROOT, "%0" + VERSION_DIGITS + "d", version)
        .getBytes(StandardCharsets.US_ASCII);
  }

  static Optional<byte[]> bytes(byte @Nullable [] stored) {
    return stored == null || stored.length <= VERSION_DIGITS
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(stored, VERSION_DIGITS, stored.length));
  }

  private VersionedBytes() {}
}
