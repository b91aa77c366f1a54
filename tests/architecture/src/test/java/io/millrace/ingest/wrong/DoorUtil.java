package io.millrace.ingest.wrong;

/** A name that says nothing. */
public final class DoorUtil {}
