package io.millrace.trainer.steps;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Where and with what a trainer works.
 *
 * @param memoryBytes that rows may take
 * @param readMemory of the database that reads them
 * @param spill a folder of this process, for what does not fit into that
 * @param cuda whether there is a GPU
 * @param code version of Millrace
 * @param library XGBoost with its version
 */
public record Workshop(
    ArtifactStore store,
    long memoryBytes,
    String readMemory,
    Path spill,
    int threads,
    int parityRows,
    long seed,
    BooleanSupplier cuda,
    String code,
    String library) {
  /** Whether the store has what a reference promises. */
  public boolean isStored(ArtifactRef reference) throws IOException {
    return new RunFiles(store).isStored(reference);
  }
}
