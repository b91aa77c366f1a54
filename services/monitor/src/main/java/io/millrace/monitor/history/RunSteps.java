package io.millrace.monitor.history;

import io.millrace.messaging.runs.Run;
import java.time.Instant;
import java.util.Map;

/**
 * A run and when each of its steps began.
 *
 * @param begun by the step's name, as far as the log still tells
 */
public record RunSteps(Run run, Map<String, Instant> begun) {
  public RunSteps {
    begun = Map.copyOf(begun);
  }
}
