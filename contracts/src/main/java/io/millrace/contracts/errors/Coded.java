package io.millrace.contracts.errors;

/** An exception that knows its code. */
public interface Coded {
  ErrorCode code();
}
