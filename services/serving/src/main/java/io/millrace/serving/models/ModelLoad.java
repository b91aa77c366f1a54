package io.millrace.serving.models;

import io.millrace.contracts.errors.ErrorCode;

/** What came of loading a version. */
sealed interface ModelLoad {
  record Loaded(Scorer scorer) implements ModelLoad {}

  /**
   * It must not be used.
   *
   * @param passing whether trying again may help
   */
  record Refused(ErrorCode code, String message, boolean passing) implements ModelLoad {
    static Refused forGood(ErrorCode code, String message) {
      return new Refused(code, message, false);
    }
  }
}
