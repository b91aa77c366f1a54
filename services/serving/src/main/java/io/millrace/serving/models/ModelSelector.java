package io.millrace.serving.models;

/** Which version of a model a request is for. */
public sealed interface ModelSelector {
  /** The alias that a request without a choice goes by. */
  String CHAMPION = "champion";

  record Version(int version) implements ModelSelector {}

  record Alias(String alias) implements ModelSelector {}

  static ModelSelector champion() {
    return new Alias(CHAMPION);
  }
}
