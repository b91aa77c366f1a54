package io.millrace.transformer.fit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.Digest;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.time.Instant;

/**
 * The rows that a run goes by.
 *
 * @param newest event time of the newest row that is there, be it one of them or not
 * @param partsLeftOut parts that were written with another meaning of the label or of a feature
 * @param rowsOfOtherMeaning the rows in them
 * @param rowsOutsideWindow older rows, left out because of the pipeline's window
 */
record Frozen(
    String run,
    Pipeline pipeline,
    Manifest manifest,
    Instant newest,
    int partsLeftOut,
    long rowsOfOtherMeaning,
    long rowsOutsideWindow) {
  /** To be raised when equal rows give other constants than before. */
  private static final int FIT = 3;

  /** Of all that the step's outputs depend on. */
  String fingerprint() throws IOException {
    String text =
        String.join(
            "\n",
            "transform " + FIT,
            Digest.of(manifest.toJson()).sha256(),
            pipeline.transform().toString());
    return Digest.of(text.getBytes(UTF_8)).sha256();
  }
}
