package io.millrace.transformer.parts;

/** A row that this service wrote itself cannot be read: a bug, never skipped. */
final class BadRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRowException(String message) {
    super(message);
  }
}
