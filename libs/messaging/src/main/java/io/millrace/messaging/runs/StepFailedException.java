package io.millrace.messaging.runs;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;

/**
 * A step that can't be done; repeating it would not help, unless its code blames a neighbour, who
 * is waited for.
 */
public final class StepFailedException extends RuntimeException implements Coded {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  public StepFailedException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  @Override
  public ErrorCode code() {
    return code;
  }
}
