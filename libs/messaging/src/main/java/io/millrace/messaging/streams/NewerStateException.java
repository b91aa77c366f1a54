package io.millrace.messaging.streams;

/** A store's form is one that only a newer Millrace knows. */
final class NewerStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewerStateException(String message) {
    super(message);
  }
}
