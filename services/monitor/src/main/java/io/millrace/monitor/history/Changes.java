package io.millrace.monitor.history;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often each section has changed: whoever saw another number has something to read. */
@ApplicationScoped
public class Changes {
  private final Map<Place, Long> counts = new ConcurrentHashMap<>();

  /** A section of a pipeline. */
  public record Place(String pipeline, Section section) {}

  public void changed(String pipeline, Section section) {
    counts.merge(new Place(pipeline, section), 1L, Long::sum);
  }

  public Map<Place, Long> counts() {
    return Map.copyOf(counts);
  }
}
