package io.millrace.transformer.stream;

import io.millrace.messaging.serde.KeptValues;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What comes out of joining: each kind goes to a topic of its own. */
sealed interface Output {
  byte @Nullable [] value();

  /** To the task that keeps an entity's panes. */
  record ToEntity(byte[] value) implements Output {}

  /**
   * @param version the pipeline's version that says what its features mean
   * @param kept what it brings along for the live model
   */
  record Vector(byte[] value, int version, Optional<KeptValues> kept) implements Output {}

  /** How far the vectors of this task have come: the key is its partition, the header says it. */
  record VectorsMark() implements Output {
    @Override
    public byte @Nullable [] value() {
      return null;
    }
  }

  /**
   * @param version the pipeline's version that says what its features and its label mean
   */
  record Row(byte[] value, int version) implements Output {}
}
