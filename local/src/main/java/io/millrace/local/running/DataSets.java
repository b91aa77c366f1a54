package io.millrace.local.running;

import io.millrace.contracts.control.PartWritten;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTaker;
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
    system.eachPart(index);
    return index.parts();
  }

  /** How many parts and rows each pipeline has that has any. */
  public static Map<String, PartTotals> totals(RunningSystem system) {
    Map<String, PartTotals> totals = new HashMap<>();
    system.eachPart(
        new PartTaker() {
          @Override
          public boolean accept(PartWritten part) {
            return totals.computeIfAbsent(part.getPipeline(), PartTotals::new).accept(part);
          }

          @Override
          public boolean delete(PartKey part) {
            return totals.computeIfAbsent(part.pipeline(), PartTotals::new).delete(part);
          }

          @Override
          public void purge(String pipeline) {
            totals.remove(pipeline);
          }
        });
    return totals;
  }
}
