package io.millrace.contracts.expression;

/** What became of compiling an expression. */
public sealed interface Compilation {
  record Compiled(Expression expression) implements Compilation {}

  /**
   * The expression can't be used.
   *
   * @param column where in the source, from 1
   */
  record Failed(String message, int column) implements Compilation {}
}
