package io.millrace.ingest.wrong;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Is not complete once constructed, by another annotation. */
public final class ConfiguredDoor {
  @ConfigProperty(name = "millrace.door")
  String door;
}
