package io.millrace.artifacts;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;

/** The store and a reference, or a name and its content, disagree; trying again does not help. */
public final class ArtifactException extends IOException implements Coded {
  private static final long serialVersionUID = 1L;

  public ArtifactException(String message) {
    super(message);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.PART_DAMAGED;
  }
}
