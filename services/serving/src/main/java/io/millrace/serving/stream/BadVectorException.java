package io.millrace.serving.stream;

/** A vector that the transformer wrote cannot be read: a bug, never skipped. */
final class BadVectorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadVectorException(String message) {
    super(message);
  }
}
