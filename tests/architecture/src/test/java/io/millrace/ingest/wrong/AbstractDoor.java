package io.millrace.ingest.wrong;

/** A name that says only how it was built. */
public final class AbstractDoor {}
