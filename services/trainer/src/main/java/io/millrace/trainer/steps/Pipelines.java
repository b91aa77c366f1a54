package io.millrace.trainer.steps;

import io.millrace.contracts.pipeline.Pipeline;
import java.util.Optional;

/** Pipelines by name and version. */
@FunctionalInterface
public interface Pipelines {
  /** Empty while it isn't known here. */
  Optional<Pipeline> find(String name, int version);
}
