package io.millrace.serving.stream;

import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelObserver;
import org.jspecify.annotations.Nullable;

/**
 * Says once that a version answers with no number, and that this is over when another version
 * answers in its place.
 */
final class FiniteScores {
  private final ModelObserver observer;
  private @Nullable ModelIdentity blamed;

  FiniteScores(ModelObserver observer) {
    this.observer = observer;
  }

  /**
   * A batch was predicted.
   *
   * @param notFinite how many of its vectors got no number
   */
  void scored(ModelIdentity model, int notFinite) {
    ModelIdentity before = blamed;
    boolean other = before == null || before.version() != model.version();
    if (before != null && other) {
      observer.notFiniteOver(before.model(), before.version());
      blamed = null;
    }
    if (notFinite > 0 && other) {
      observer.notFinite(model.model(), model.version());
      blamed = model;
    }
  }
}
