package io.millrace.artifacts;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import java.net.URI;

/** The store and a reference, or a name and its content, disagree; trying again does not help. */
public final class ArtifactException extends IOException implements Coded {
  private static final long serialVersionUID = 1L;

  private final boolean isMissing;

  public ArtifactException(String message) {
    this(message, false);
  }

  private ArtifactException(String message, boolean isMissing) {
    super(message);
    this.isMissing = isMissing;
  }

  static ArtifactException missing(Artifact artifact) {
    return new ArtifactException("missing: " + artifact.uri(), true);
  }

  static ArtifactException damaged(Artifact artifact, Digest found) {
    return new ArtifactException(
        "damaged: %s has %d bytes of SHA-256 %s, expected %d bytes of %s"
            .formatted(
                artifact.uri(),
                found.bytes(),
                found.sha256(),
                artifact.bytes(),
                artifact.sha256()));
  }

  static ArtifactException other(URI uri, Digest found, Digest expected) {
    return new ArtifactException(
        "refused: %s holds other content (SHA-256 %s, not %s)"
            .formatted(uri, found.sha256(), expected.sha256()));
  }

  /** Whether nothing at all is there. */
  public boolean isMissing() {
    return isMissing;
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.PART_DAMAGED;
  }
}
