package io.millrace.messaging.streams;

/** A topic has changed since the topology was built: the application is built anew. */
public final class OutdatedTopologyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutdatedTopologyException(String message) {
    super(message);
  }
}
