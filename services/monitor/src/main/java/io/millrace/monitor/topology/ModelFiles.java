package io.millrace.monitor.topology;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.monitor.verdicts.TrainingReferences;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a version was trained on from the artifact store, which verifies it. */
public record ModelFiles(ArtifactStore store) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);

  /** None when a file can't be read: then there is no skew to speak of. */
  public TrainingReferences of(ModelVersion version) {
    try {
      return TrainingReferences.parse(read(version.getStatistics()), read(version.getCard()));
    } catch (IOException e) {
      LOG.warn("version={} its statistics can't be read: {}", version.getVersion(), e.toString());
      return TrainingReferences.NONE;
    }
  }

  private byte[] read(ArtifactRef reference) throws IOException {
    try (InputStream in = store.open(Artifact.of(reference))) {
      return in.readAllBytes();
    }
  }
}
