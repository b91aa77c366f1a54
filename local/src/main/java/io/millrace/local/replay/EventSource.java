package io.millrace.local.replay;

import java.util.Optional;

/** Events in the order of their times. */
interface EventSource {
  /** The next one; empty at the end. */
  Optional<Event> next();
}
