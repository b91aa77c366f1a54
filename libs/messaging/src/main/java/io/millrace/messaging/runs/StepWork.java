package io.millrace.messaging.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.runs.Step;
import java.io.IOException;
import java.util.List;

/** The part that a service has in a run. */
public interface StepWork {
  /** The step that this is; also the name that its events carry. */
  Step.Known step();

  /** Whether an open run waits for this step: those before it are done, it is not. */
  boolean isDue(Run run);

  /**
   * A hash of all that the outputs depend on. An earlier run of the same pipeline with an equal one
   * whose outputs are still in the store makes this step SKIPPED. Empty: never skip.
   *
   * @throws StepFailedException when the step can't be done with these inputs
   * @throws IOException when the artifact store is away, which is waited for
   */
  String fingerprint(Run run) throws IOException, InterruptedException;

  /**
   * Does the step, from the run's events and the files they name alone. Equal inputs give equal
   * outputs. Is interrupted when another instance takes the pipeline over.
   *
   * @param earlier the pipeline's other runs, oldest first
   * @throws StepFailedException ends the run with a code
   * @throws IOException when the artifact store is away, which is waited for
   */
  StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException;

  /** Says how far the step is; the newest word counts. */
  interface Progress {
    void report(JsonNode evidence);
  }
}
