package io.millrace.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What content is known by.
 *
 * @param sha256 lower-case hexadecimal
 */
public record Digest(String sha256, long bytes) {
  public static Digest of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return copy(in, OutputStream.nullOutputStream());
    }
  }

  public static Digest of(byte[] content) {
    return new Digest(HexFormat.of().formatHex(sha256Algorithm().digest(content)), content.length);
  }

  /** The digest of what was copied. */
  static Digest copy(InputStream in, OutputStream out) throws IOException {
    MessageDigest sha256 = sha256Algorithm();
    long bytes = new DigestInputStream(in, sha256).transferTo(out);
    return new Digest(HexFormat.of().formatHex(sha256.digest()), bytes);
  }

  private static MessageDigest sha256Algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
