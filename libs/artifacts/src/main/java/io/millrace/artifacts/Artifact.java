package io.millrace.artifacts;

import io.millrace.contracts.control.ArtifactRef;
import java.net.URI;

/**
 * A reference to immutable content, as events carry it.
 *
 * @param sha256 lower-case hexadecimal
 * @param bytes its size
 */
public record Artifact(URI uri, String sha256, long bytes) {
  public Artifact {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + sha256);
    }
    if (bytes < 0) {
      throw new IllegalArgumentException("negative size: " + bytes);
    }
  }

  /** The artifact that an event refers to. */
  public static Artifact of(ArtifactRef reference) {
    return new Artifact(
        URI.create(reference.getUri()), reference.getSha256(), reference.getBytes());
  }

  /** What its content is known by. */
  Digest digest() {
    return new Digest(sha256, bytes);
  }

  /**
   * The reference to it, for an event.
   *
   * @param kind what it is to the step that made it
   */
  public ArtifactRef reference(String kind) {
    return new ArtifactRef(kind, uri.toString(), sha256, bytes);
  }
}
