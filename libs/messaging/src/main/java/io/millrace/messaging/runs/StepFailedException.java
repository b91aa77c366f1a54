package io.millrace.messaging.runs;

import io.millrace.contracts.errors.ErrorCode;

/** A step that can't be done; repeating it would not help. */
public final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  public StepFailedException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
