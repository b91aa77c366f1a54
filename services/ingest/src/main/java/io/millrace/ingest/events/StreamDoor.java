package io.millrace.ingest.events;

/** What it takes to let events of one stream in. */
record StreamDoor(EventBody body, StreamRecords records) {}
