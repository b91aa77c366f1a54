package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of each part of a pipeline the newest version, however often they are announced. It takes some
 * 500 bytes a part; who only counts takes {@link PartTotals}.
 */
public final class PartsIndex implements PartTaker {
  private final String pipeline;
  private final SortedMap<String, PartWritten> newest = new TreeMap<>();

  public PartsIndex(String pipeline) {
    this.pipeline = pipeline;
  }

  /** Whether it is of this pipeline, and newer than what was known of the part. */
  @Override
  public boolean accept(PartWritten part) {
    if (!part.getPipeline().equals(pipeline)) {
      return false;
    }
    boolean gone = newest.keySet().removeAll(part.getReplaces());
    PartWritten known = newest.get(part.getPart());
    if (known != null && known.getVersion() >= part.getVersion()) {
      return gone;
    }
    newest.put(part.getPart(), withoutNames(part));
    return true;
  }

  @Override
  public boolean delete(PartKey part) {
    PartWritten known = newest.get(part.part());
    return part.pipeline().equals(pipeline)
        && known != null
        && known.getVersion() <= part.version()
        && newest.remove(part.part(), known);
  }

  @Override
  public void purge(String name) {
    if (name.equals(pipeline)) {
      newest.clear();
    }
  }

  /** By name. What they replace is not remembered. */
  public List<PartWritten> parts() {
    return List.copyOf(newest.values());
  }

  private static PartWritten withoutNames(PartWritten part) {
    return part.getReplaces().isEmpty()
        ? part
        : PartWritten.newBuilder(part).setReplaces(List.of()).build();
  }
}
