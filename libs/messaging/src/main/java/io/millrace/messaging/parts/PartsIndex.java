package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of each part of a pipeline the newest version, in whatever order and however often they are
 * announced. It takes some 500 bytes a part; who only counts takes {@link PartTotals}.
 */
public final class PartsIndex {
  private final String pipeline;
  private final SortedMap<String, PartWritten> newest = new TreeMap<>();

  public PartsIndex(String pipeline) {
    this.pipeline = pipeline;
  }

  /** Whether it is of this pipeline, and newer than what was known of the part. */
  public boolean accept(PartWritten part) {
    if (!part.getPipeline().equals(pipeline)) {
      return false;
    }
    PartWritten known = newest.get(part.getPart());
    if (known != null && known.getVersion() >= part.getVersion()) {
      return false;
    }
    newest.put(part.getPart(), part);
    return true;
  }

  /** As if none had been announced. */
  public void clear() {
    newest.clear();
  }

  /** By name. */
  public List<PartWritten> parts() {
    return List.copyOf(newest.values());
  }

  int size() {
    return newest.size();
  }

  boolean has(String part) {
    return newest.containsKey(part);
  }

  void remove(String part) {
    newest.remove(part);
  }
}
