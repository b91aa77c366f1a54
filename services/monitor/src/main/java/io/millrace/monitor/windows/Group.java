package io.millrace.monitor.windows;

/** What a part of a window's cells is about. */
public sealed interface Group {
  /** How a version of the model did. */
  record Version(int version) implements Group {
    @Override
    public String text() {
      return "version/" + version;
    }
  }

  /** What a version answered. */
  record Scores(int version) implements Group {
    @Override
    public String text() {
      return "scores/" + version;
    }
  }

  /** What the values of an input of the model were. */
  record Input(String name) implements Group {
    @Override
    public String text() {
      return "input/" + name;
    }
  }

  String text();

  /** The inverse of {@link #text}. */
  static Group of(String text) {
    int slash = text.indexOf('/');
    String rest = text.substring(slash + 1);
    return switch (text.substring(0, slash)) {
      case "version" -> new Version(Integer.parseInt(rest));
      case "scores" -> new Scores(Integer.parseInt(rest));
      case "input" -> new Input(rest);
      default -> throw new IllegalArgumentException("no group of cells: " + text);
    };
  }
}
