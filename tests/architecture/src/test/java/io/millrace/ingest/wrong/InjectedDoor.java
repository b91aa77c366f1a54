package io.millrace.ingest.wrong;

import jakarta.inject.Inject;

/** Is not complete once constructed. */
public final class InjectedDoor {
  @Inject Door door;
}
