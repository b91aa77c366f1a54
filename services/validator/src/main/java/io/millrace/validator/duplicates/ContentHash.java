package io.millrace.validator.duplicates;

import org.apache.commons.codec.digest.MurmurHash3;

/** 128 bits of MurmurHash3 over an event's content. */
public record ContentHash(long high, long low) {
  static final int BYTES = 16;

  private static final int SEED = 104729;

  /**
   * The hash of Avro bytes from {@code offset} on. Trailing zero bytes are left out: they are the
   * missing values of the last fields, so that an event keeps its hash when a field is appended to
   * its stream.
   */
  public static ContentHash of(byte[] bytes, int offset) {
    int end = bytes.length;
    while (end > offset && bytes[end - 1] == 0) {
      end--;
    }
    long[] hash = MurmurHash3.hash128x64(bytes, offset, end - offset, SEED);
    return new ContentHash(hash[0], hash[1]);
  }
}
