package io.millrace.local.replay.files;

/**
 * An SQL expression that brings a column into a field's form; NULL where the value does not fit, so
 * that the caller can tell a value that does not fit from a missing one.
 *
 * @param total whether every value fits, so that nothing needs to be checked
 */
record Conversion(String expression, boolean total) {
  static Conversion total(String expression) {
    return new Conversion(expression, true);
  }

  static Conversion partial(String expression) {
    return new Conversion(expression, false);
  }
}
