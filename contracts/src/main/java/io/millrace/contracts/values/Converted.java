package io.millrace.contracts.values;

/** What a written value is to a field. */
public sealed interface Converted {
  /**
   * @param value as the data plane has it: Long, Double, Boolean, String, or a List of one of them
   */
  record Value(Object value) implements Converted {}

  record Missing() implements Converted {}

  /**
   * @param message what was expected and what came
   */
  record WrongForm(String message) implements Converted {
    private static final int SHOWN = 60;

    /** As much of a value as a message takes. */
    static String shown(String text) {
      return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
  }
}
