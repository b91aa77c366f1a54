package io.millrace.trainer.cards;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.Digest;
import io.millrace.artifacts.datasets.HeldOut;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Everything that a model file depends on: no time, no run, no place. On a CPU equal ones give
 * equal bytes.
 *
 * @param schema SHA-256 of the rows' Avro schema
 * @param from rows after this event time; microseconds since the epoch
 * @param to up to this one
 * @param rows which of them were trained on
 * @param sample the share of these, chosen by a hash of the id
 * @param transform SHA-256 of the file of the fitted transform, its constants among them
 * @param code version of Millrace
 * @param library XGBoost with its version
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Provenance(
    String pipeline,
    int pipelineVersion,
    String schema,
    List<Part> parts,
    long from,
    long to,
    HeldOut split,
    Selection.Split rows,
    double sample,
    String transform,
    Label.Kind kind,
    GradientBoosting learner,
    long seed,
    Device device,
    int threads,
    String code,
    String library) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Provenance {
    parts = List.copyOf(parts);
  }

  /** Where it was trained. */
  public enum Device {
    CPU,
    CUDA
  }

  /** A part by its content, wherever it lies. */
  public record Part(String part, int version, String sha256, long rows) {
    static Part of(Manifest.Part part) {
      return new Part(part.part(), part.version(), part.sha256(), part.rows());
    }
  }

  /** The parts of a manifest. */
  public static List<Part> parts(Manifest manifest) {
    return manifest.parts().stream().map(Part::of).toList();
  }

  /** One JSON object, the same text for equal ones. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a provenance is plain records", e);
    }
  }

  /** A hash of all of it. */
  public String fingerprint() {
    return Digest.of(toJson().getBytes(StandardCharsets.UTF_8)).sha256();
  }
}
