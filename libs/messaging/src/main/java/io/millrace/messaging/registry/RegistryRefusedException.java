package io.millrace.messaging.registry;

import io.millrace.contracts.errors.ErrorCode;

/** The registry would answer, but not us: its certificate or our token is not taken. */
public final class RegistryRefusedException extends RegistryUnavailableException {
  private static final long serialVersionUID = 1L;

  public RegistryRefusedException(String message) {
    super(message);
  }

  public RegistryRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.REGISTRY_REFUSED;
  }
}
