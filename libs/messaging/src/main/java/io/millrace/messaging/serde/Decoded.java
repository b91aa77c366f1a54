package io.millrace.messaging.serde;

import io.millrace.contracts.errors.ErrorCode;

/** What came of decoding a record's value. */
public sealed interface Decoded<T> {
  /**
   * @param schemaId the writer's schema
   */
  record Value<T>(T value, int schemaId) implements Decoded<T> {}

  record Failed<T>(ErrorCode code, String message) implements Decoded<T> {}
}
