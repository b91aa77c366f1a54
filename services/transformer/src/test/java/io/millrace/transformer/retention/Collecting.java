package io.millrace.transformer.retention;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.runs.Runs;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The collector, for tests of other packages. */
public final class Collecting {
  private Collecting() {}

  /**
   * Lets go of what nothing refers to.
   *
   * @param yaml the pipeline's file
   */
  public static void collect(
      String yaml, List<PartWritten> parts, Runs runs, ArtifactStore store, Clock clock)
      throws IOException {
    PartsIndex index = new PartsIndex("tiny");
    parts.forEach(index::accept);
    PipelineVersion version =
        PipelineVersion.newBuilder()
            .setPipeline("tiny")
            .setVersion(1)
            .setFile(yaml)
            .setPartitions(1)
            .setSchemas(Map.of())
            .setAppliedAt(clock.instant())
            .build();
    ControlPlane.Said said =
        new ControlPlane.Said(
            Map.of("tiny", index), runs, Map.of(), Map.of("tiny", version), Map.of(), List.of());
    Collector.Collection all =
        new Collector(
                () -> said, store, new Owners(store, () -> "test"), Duration.ofHours(24), clock)
            .all(true);
    if (!all.failed().isEmpty()) {
      throw new IOException(all.failed().toString());
    }
  }
}
