package io.millrace.monitor.history;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The histories of all pipelines. */
@ApplicationScoped
public class Histories {
  private final Map<String, PipelineHistory> pipelines = new ConcurrentHashMap<>();

  /** That of a pipeline, empty when nothing was said of it yet. */
  PipelineHistory open(String pipeline) {
    return pipelines.computeIfAbsent(pipeline, PipelineHistory::new);
  }

  /** Those of the pipelines that there are. */
  List<PipelineHistory> present() {
    return pipelines.values().stream()
        .filter(known -> known.newest().filter(newest -> !newest.getDeleted()).isPresent())
        .toList();
  }

  /** That of a pipeline which was applied once, even if it has been deleted since. */
  public Optional<PipelineHistory> find(String pipeline) {
    return Optional.ofNullable(pipelines.get(pipeline)).filter(known -> known.newest().isPresent());
  }
}
