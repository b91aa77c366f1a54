package io.millrace.local.running;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.parts.PartsIndex;
import java.util.List;

/** The parts that {@code millrace.datasets} announces. */
public final class DataSets {
  private DataSets() {}

  /** The newest version of each part of a pipeline. */
  public static List<PartWritten> parts(RunningSystem system, String pipeline) {
    PartsIndex index = new PartsIndex(pipeline);
    system.eachFact(ControlTopic.DATASETS, index::accept);
    return index.parts();
  }
}
