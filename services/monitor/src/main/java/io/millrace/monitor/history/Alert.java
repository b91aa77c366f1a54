package io.millrace.monitor.history;

import io.millrace.contracts.control.AlertEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * One time that something was wrong.
 *
 * @param raised what was said of it last, before it was over
 * @param since when it was raised first
 * @param over when it was cleared
 */
public record Alert(AlertEvent raised, Instant since, Optional<Instant> over) {
  static Alert of(AlertEvent event) {
    return new Alert(
        event, event.getAt(), event.getCleared() ? Optional.of(event.getAt()) : Optional.empty());
  }

  /** A later word on the same one. */
  Alert with(AlertEvent later) {
    return later.getCleared()
        ? new Alert(raised, since, Optional.of(later.getAt()))
        : new Alert(later, since, Optional.empty());
  }
}
