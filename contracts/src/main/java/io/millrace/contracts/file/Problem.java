package io.millrace.contracts.file;

/**
 * One thing that is wrong with a pipeline file.
 *
 * @param line from 1
 * @param column from 1
 * @param path where in the document, such as {@code spec.label.value}
 * @param fix what to do about it; may be empty
 */
public record Problem(String file, int line, int column, String path, String message, String fix) {

  /** As a compiler would print it: {@code pipeline.yaml:14: spec.label.knd: unknown key; …}. */
  @Override
  public String toString() {
    return file
        + ":"
        + line
        + ": "
        + (path.isEmpty() ? "" : path + ": ")
        + message
        + (fix.isEmpty() ? "" : "; " + fix);
  }
}
