package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;

/** What came of applying a file that was accepted. */
sealed interface Applied {
  PipelineVersion version();

  record Published(PipelineVersion version) implements Applied {}

  /** The file is the one that runs already. */
  record Unchanged(PipelineVersion version) implements Applied {}
}
