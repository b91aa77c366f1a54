package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.messaging.models.ModelHistory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The models in memory, rebuilt from the log at each start. */
@ApplicationScoped
public class Registry {
  private final Map<String, ModelHistory> models = new ConcurrentHashMap<>();

  /** Takes events in the order of the log; some may have been taken before. */
  public void accept(List<ModelEvent> events) {
    for (ModelEvent event : events) {
      models.merge(
          event.getModel(),
          ModelHistory.of(event.getModel()).with(event),
          (known, unused) -> known.with(event));
    }
  }

  /** As if nothing had been said of a model. */
  void forget(String model) {
    models.remove(model);
  }

  /** By name. */
  public List<ModelHistory> all() {
    return models.values().stream()
        .sorted(java.util.Comparator.comparing(ModelHistory::model))
        .toList();
  }

  /** A model with at least one version. */
  public Optional<ModelHistory> model(String name) {
    return Optional.ofNullable(models.get(name)).filter(model -> !model.isEmpty());
  }
}
