package io.millrace.transformer.parts;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Pipelines whose open parts are to be cut at once, since somebody waits for their rows. */
@ApplicationScoped
public class CutRequests {
  private final Set<String> pipelines = ConcurrentHashMap.newKeySet();

  public void ask(String pipeline) {
    pipelines.add(pipeline);
  }

  /** Whether it was asked for since this was called last. */
  boolean take(String pipeline) {
    return pipelines.remove(pipeline);
  }
}
