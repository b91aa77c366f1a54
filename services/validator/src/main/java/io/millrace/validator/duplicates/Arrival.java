package io.millrace.validator.duplicates;

/** What an event is, given what is remembered of its id. */
public sealed interface Arrival {
  /** The same content came before: it is dropped, and nothing is to be remembered anew. */
  record Repeat() implements Arrival {}

  /** New, or a correction of a refused one: it is judged by its own verdict. */
  record Fresh(Seen remembered) implements Arrival {}

  /** Another content was accepted under this id: it is refused. */
  record Conflict(Seen remembered) implements Arrival {}
}
