package io.millrace.ingest.events;

/** What a JSON value is to a field. */
sealed interface Converted {
  /**
   * @param value as the data plane has it: Long, Double, Boolean, String, or a List of one of them
   */
  record Value(Object value) implements Converted {}

  record Missing() implements Converted {}

  /**
   * @param message what was expected and what came
   */
  record WrongForm(String message) implements Converted {}
}
