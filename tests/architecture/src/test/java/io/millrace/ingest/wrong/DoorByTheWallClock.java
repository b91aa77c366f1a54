package io.millrace.ingest.wrong;

import java.time.Instant;

/** Reaches for the time. */
public final class DoorByTheWallClock {
  Instant opened() {
    return Instant.now();
  }
}
