package io.millrace.monitor.history;

import io.millrace.contracts.control.ModelVersion;
import java.time.Instant;

/** A version of a model and when it became one. */
public record Published(ModelVersion version, Instant at) {
  public int number() {
    return version.getVersion();
  }
}
