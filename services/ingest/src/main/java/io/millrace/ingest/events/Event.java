package io.millrace.ingest.events;

import org.apache.avro.generic.GenericRecord;

/**
 * One event of a stream, ready to be written.
 *
 * @param id the text of its id, which is the record's key
 * @param time event time, microseconds since the epoch
 */
record Event(String id, long time, GenericRecord value) {}
