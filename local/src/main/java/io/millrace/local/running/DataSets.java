package io.millrace.local.running;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The parts that {@code millrace.datasets} announces. */
public final class DataSets {
  private DataSets() {}

  /** The newest version of each part of a pipeline. */
  public static Collection<PartWritten> parts(RunningSystem system, String pipeline) {
    Map<String, PartWritten> newest = new TreeMap<>();
    system.eachFact(
        ControlTopic.DATASETS,
        part -> {
          if (part.getPipeline().equals(pipeline)) {
            newest.merge(part.getPart(), part, (a, b) -> a.getVersion() > b.getVersion() ? a : b);
          }
        });
    return newest.values();
  }
}
