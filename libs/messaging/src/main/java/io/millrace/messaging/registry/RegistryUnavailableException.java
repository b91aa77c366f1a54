package io.millrace.messaging.registry;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;

/** The registry does not answer, or not in a way that can be understood. */
public class RegistryUnavailableException extends RuntimeException implements Coded {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message) {
    super(message);
  }

  public RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.REGISTRY_UNAVAILABLE;
  }
}
