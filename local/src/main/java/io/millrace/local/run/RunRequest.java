package io.millrace.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;

/** Asks monitor for a run. */
final class RunRequest {
  private RunRequest() {}

  /**
   * The id of the run, which is in the log by then.
   *
   * @throws CommandFailedException with the code of the refusal and why, such as RUN_ALREADY_OPEN
   */
  static String send(RunningSystem system, String pipeline) {
    PipelineApi monitor =
        new PipelineApi(
            system.instances(Service.MONITOR).stream()
                .findFirst()
                .orElseThrow(
                    () ->
                        new CommandFailedException(
                            "monitor, which opens runs, is down; ./millrace status shows what is"
                                + " up")));
    PipelineApi.Answer answer = monitor.requestRun(pipeline);
    JsonNode body = answer.body();
    if (!answer.isOk()) {
      throw new CommandFailedException(
          body.path("code").asText("HTTP " + answer.status())
              + ": "
              + body.path("detail").asText("monitor gave no reason"));
    }
    return body.path("run").asText();
  }
}
