package io.millrace.ingest.wrong;

import io.millrace.ingest.wrong.util.Hinge;

/** Needs a package that needs this one. */
public record Door(Hinge hinge) {}
