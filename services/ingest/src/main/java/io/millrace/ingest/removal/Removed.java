package io.millrace.ingest.removal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Set;

/**
 * What was removed of a pipeline.
 *
 * @param schemasLeft those that the registry lets nobody remove
 */
record Removed(
    @JsonProperty int topics,
    @JsonProperty int groups,
    @JsonProperty int facts,
    @JsonProperty int schemas,
    @JsonProperty Set<String> schemasLeft) {
  Removed {
    schemasLeft = Set.copyOf(schemasLeft);
  }
}
