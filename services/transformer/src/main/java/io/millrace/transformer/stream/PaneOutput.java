package io.millrace.transformer.stream;

import org.jspecify.annotations.Nullable;

/**
 * What comes out of the panes: answers to examples, and the panes themselves for the online store.
 */
sealed interface PaneOutput {
  byte @Nullable [] value();

  record ToExample(byte[] value) implements PaneOutput {}

  /**
   * @param value missing when the entity is forgotten
   */
  record ToFeatures(byte @Nullable [] value) implements PaneOutput {}
}
