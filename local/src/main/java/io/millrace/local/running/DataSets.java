package io.millrace.local.running;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.parts.PartTotals;
import io.millrace.messaging.parts.PartsIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts that {@code millrace.datasets} announces. */
public final class DataSets {
  private DataSets() {}

  /** The newest version of each part of a pipeline. */
  public static List<PartWritten> parts(RunningSystem system, String pipeline) {
    PartsIndex index = new PartsIndex(pipeline);
    system.eachFact(ControlTopic.DATASETS, index::accept);
    return index.parts();
  }

  /** How many parts and rows each pipeline has that has any. */
  public static Map<String, PartTotals> totals(RunningSystem system) {
    Map<String, PartTotals> totals = new HashMap<>();
    system.eachFact(
        ControlTopic.DATASETS,
        part -> {
          PartTotals of = totals.computeIfAbsent(part.getPipeline(), PartTotals::new);
          of.accept(part);
          of.fold();
        });
    return totals;
  }
}
