package io.millrace.local.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Service;
import io.millrace.local.running.DataSets;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.parts.PartTotals;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts of parts and rows: monitor's, else {@code millrace.datasets}, which is read once. */
final class PartCounts {
  private final RunningSystem system;
  private @Nullable Map<String, PartTotals> announced;

  /**
   * Those of a pipeline.
   *
   * @param parts how many are announced
   * @param rows theirs
   */
  record PartCount(long parts, long rows) {}

  PartCounts(RunningSystem system) {
    this.system = system;
  }

  PartCount of(String pipeline) {
    return told(pipeline).orElseGet(() -> read(pipeline));
  }

  private Optional<PartCount> told(String pipeline) {
    for (URI instance : system.instances(Service.MONITOR)) {
      try {
        PipelineApi.Answer answer = new PipelineApi(instance, Status.PATIENCE).parts(pipeline);
        JsonNode body = answer.body();
        if (answer.isOk() && body.path("parts").isNumber() && body.path("rows").isNumber()) {
          return Optional.of(
              new PartCount(body.path("parts").longValue(), body.path("rows").longValue()));
        }
      } catch (CommandFailedException e) {
        continue; // another instance knows the same
      }
    }
    return Optional.empty();
  }

  private synchronized PartCount read(String pipeline) {
    if (announced == null) {
      announced = DataSets.totals(system);
    }
    PartTotals totals = announced.getOrDefault(pipeline, new PartTotals(pipeline));
    return new PartCount(totals.parts(), totals.rows());
  }
}
