package io.millrace.artifacts;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The store is there, and something has to be set otherwise before it works with us. */
public final class StoreException extends IOException implements Coded {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  StoreException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  @Override
  public ErrorCode code() {
    return code;
  }
}
