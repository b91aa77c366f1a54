package io.millrace.local.replay.files;

import java.util.Optional;

/** Events in the order of their times. */
public interface EventSource {
  /** The next one; empty at the end. */
  Optional<Event> next();
}
