package io.millrace.monitor.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads the JSON files of one answer, and keeps in mind which could not be read. */
final class Files {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactStore store;
  private final List<String> missing = new ArrayList<>();

  Files(ArtifactStore store) {
    this.store = store;
  }

  /** A missing node when it can't be read, or is not what the reference promises. */
  JsonNode read(ArtifactRef reference) {
    try (InputStream content = store.open(Artifact.of(reference))) {
      return JSON.readTree(content);
    } catch (IOException e) {
      missing.add(reference.getKind() + " " + reference.getUri() + ": " + e.getMessage());
      return MissingNode.getInstance();
    }
  }

  /** What could not be read, and why. */
  List<String> missing() {
    return List.copyOf(missing);
  }
}
