package io.millrace.ingest.wrong;

import java.util.logging.Logger;

/** Brings a second logger. */
public record LoggingDoor(Logger logger) {}
