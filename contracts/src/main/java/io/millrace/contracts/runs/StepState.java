package io.millrace.contracts.runs;

/** How far a step is. */
public enum StepState {
  RUNNING,
  DONE,
  /** An earlier run had the same inputs and parameters; its outputs are this step's. */
  SKIPPED,
  FAILED;

  /** Whether the step has outputs, so that the next one can go on. */
  public boolean hasOutputs() {
    return this == DONE || this == SKIPPED;
  }
}
