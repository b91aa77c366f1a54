package io.millrace.artifacts;

import java.io.IOException;

/** The store and a reference, or a name and its content, disagree; trying again does not help. */
public final class ArtifactException extends IOException {
  private static final long serialVersionUID = 1L;

  public ArtifactException(String message) {
    super(message);
  }
}
