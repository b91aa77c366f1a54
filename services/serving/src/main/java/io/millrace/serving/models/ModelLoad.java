package io.millrace.serving.models;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault.Again;

/** What came of loading a version. */
sealed interface ModelLoad {
  record Loaded(Scorer scorer) implements ModelLoad {}

  /** It must not be used. */
  record Refused(ErrorCode code, String message) implements ModelLoad {
    /** Whether trying again may help: the file is the same for ever, its store may be away. */
    boolean passing() {
      return code.fault().again() == Again.WHEN_IT_IS_BACK;
    }
  }
}
