package io.millrace.artifacts.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.millrace.contracts.pipeline.Evaluate.Split.By;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are held out for evaluation.
 *
 * @param by HASH: those whose id has a hash below the share; the hash is the first four bytes of
 *     the MD5 of the id as UTF-8 text, as an unsigned big-endian number over 2³². TIME: those after
 *     a time
 * @param eval the share that was asked for
 * @param after by TIME: rows after this event time are held out; microseconds since the epoch
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HeldOut(By by, double eval, @Nullable Long after) {
  private static final int HASH_CHARACTERS = 8;
  private static final double HASHES = 0x1p32;

  public HeldOut {
    if ((by == By.TIME) != (after != null)) {
      throw new IllegalArgumentException("a time goes with a split by time, and with no other");
    }
  }

  /** Whether a row is held out. */
  public boolean contains(String id, long time) {
    return after == null ? hash(id, 0) / HASHES < eval : time > after;
  }

  /**
   * Whether a row belongs to a sample of the rows, which says nothing about whether it is held out.
   */
  static boolean isSampled(String id, double share) {
    return hash(id, HASH_CHARACTERS) / HASHES < share;
  }

  /** {@link #contains} in SQL over columns {@code id} (text) and {@code time} (microseconds). */
  String sql(String id, String time) {
    return after == null ? hashBelow(id, 0, eval) : time + " > " + after;
  }

  /** {@link #isSampled} in SQL over a column of text. */
  static String sampleSql(String id, double share) {
    return hashBelow(id, HASH_CHARACTERS, share);
  }

  /** Hexadecimal digits compare as their numbers do. */
  private static String hashBelow(String id, int from, double share) {
    long bound = (long) Math.ceil(share * HASHES);
    if (bound > 0xFFFFFFFFL) {
      return "TRUE";
    }
    return "substr(md5(%s), %d, %d) < '%08x'".formatted(id, from + 1, HASH_CHARACTERS, bound);
  }

  private static long hash(String id, int from) {
    try {
      byte[] md5 = MessageDigest.getInstance("MD5").digest(id.getBytes(UTF_8));
      String hex = HexFormat.of().formatHex(md5);
      return Long.parseLong(hex.substring(from, from + HASH_CHARACTERS), 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
