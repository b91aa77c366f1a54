package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelVersion;
import java.time.Instant;

/** A version of a model, and when it was published. */
public record Published(ModelVersion version, Instant at) {
  public int number() {
    return version.getVersion();
  }
}
