package io.millrace.features.online;

/** Whether Redis takes us. */
public sealed interface Connection {
  /** It does. */
  record Made() implements Connection {}

  /** It does not answer, and will when it is back. */
  record Away(String reason) implements Connection {}

  /** It is there, and our password, or its certificate, is not taken. */
  record Refused(String reason) implements Connection {}

  /** It is part of a cluster: the keys of one script would lie on several nodes. */
  record Clustered() implements Connection {}
}
