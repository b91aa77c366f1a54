package io.millrace.transformer.stream;

/** What comes out of joining: each kind goes to a topic of its own. */
sealed interface Output {
  byte[] value();

  /** To the task that keeps an entity's panes. */
  record ToEntity(byte[] value) implements Output {}

  record Vector(byte[] value) implements Output {}

  record Row(byte[] value) implements Output {}
}
