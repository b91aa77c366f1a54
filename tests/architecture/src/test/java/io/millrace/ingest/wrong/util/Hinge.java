package io.millrace.ingest.wrong.util;

import io.millrace.ingest.wrong.Door;

/** In a package whose name is no feature, and that needs the package that needs it. */
public record Hinge(Door door) {}
