package io.millrace.serving.models;

import io.millrace.messaging.models.ModelHistory;

/** Which version of a model a request is for. */
public sealed interface ModelSelector {
  record Version(int version) implements ModelSelector {}

  record Alias(String alias) implements ModelSelector {}

  /** The alias that a request without a choice goes by. */
  static ModelSelector champion() {
    return new Alias(ModelHistory.CHAMPION);
  }
}
