package io.millrace.ingest.wrong;

import io.millrace.local.LocalSystem;

/** A service that runs only where our command line is. */
public record DoorOfTheCommandLine(LocalSystem system) {}
