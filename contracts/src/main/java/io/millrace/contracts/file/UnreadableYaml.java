package io.millrace.contracts.file;

import org.jspecify.annotations.Nullable;

/** The text is no YAML document that could be checked any further. */
final class UnreadableYaml extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  UnreadableYaml(Position position, String message) {
    this(position, message, null);
  }

  UnreadableYaml(Position position, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.position = position;
  }

  Position position() {
    return position;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
