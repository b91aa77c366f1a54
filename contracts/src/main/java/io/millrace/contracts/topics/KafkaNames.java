package io.millrace.contracts.topics;

import java.util.Optional;

/**
 * What the topics, groups and transactional ids of a release begin with. Releases that share a
 * broker have different ones; within a process it never changes.
 */
public final class KafkaNames {
  /** {@code millrace}, or what the environment says: {@code MILLRACE_PREFIX}. */
  public static final String PREFIX =
      checked(Optional.ofNullable(System.getenv("MILLRACE_PREFIX")).orElse("millrace"));

  private KafkaNames() {}

  /** A topic, such as {@code millrace.runs}. */
  public static String topic(String rest) {
    return PREFIX + "." + rest;
  }

  /** A group or a transactional id, such as {@code millrace-validator-flights}. */
  public static String group(String rest) {
    return PREFIX + "-" + rest;
  }

  /** Of nothing that stands behind a prefix, so that none begins with another one and more. */
  static String checked(String prefix) {
    if (!prefix.matches("[a-z][a-z0-9]{0,30}")) {
      throw new IllegalArgumentException(
          "MILLRACE_PREFIX is '%s', not a letter and at most 30 of a-z and 0-9".formatted(prefix));
    }
    return prefix;
  }
}
