package io.millrace.serving.models;

import io.millrace.serving.models.ModelLoad.Refused;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Says once that an alias of a model names what can't be used, and once that this is over. */
final class AliasAlerts {
  private final String model;
  private final ModelObserver observer;
  private final Map<String, Integer> raised = new HashMap<>();

  AliasAlerts(String model, ModelObserver observer) {
    this.model = model;
    this.observer = observer;
  }

  /**
   * Compares with what was said before.
   *
   * @param target what the alias names
   * @param refusal why that is not used, if so
   * @param live what answers
   */
  void report(String alias, int target, Optional<Refused> refusal, Optional<Integer> live) {
    Integer before = raised.get(alias);
    if (before != null && (before != target || refusal.isEmpty())) {
      raised.remove(alias);
      if (refusal.isEmpty()) {
        observer.alertOver(model, alias, before);
      }
    }
    if (refusal.isPresent() && !raised.containsKey(alias)) {
      raised.put(alias, target);
      observer.alert(model, alias, target, refusal.get().code(), refusal.get().message(), live);
    }
  }
}
