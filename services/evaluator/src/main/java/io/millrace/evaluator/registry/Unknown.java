package io.millrace.evaluator.registry;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;

/** What is asked for and is not there. */
final class Unknown {
  private Unknown() {}

  static ProblemException model(String model) {
    return new ProblemException(
        ErrorCode.UNKNOWN_MODEL, "no version of a model " + model + " has been published");
  }

  static ProblemException version(String model, int version) {
    return new ProblemException(
        ErrorCode.UNKNOWN_MODEL_VERSION,
        "the model %s has no version %d".formatted(model, version));
  }
}
