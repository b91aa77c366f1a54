package io.millrace.validator.messages;

/** What leaves the check: on to deduplication by id, or out at once for want of an id. */
public sealed interface Checked permits Message, Output {}
