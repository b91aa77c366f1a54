package io.millrace.artifacts.datasets;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.artifacts.Artifact;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The frozen rows of one run, as {@code manifests/<sha256>.json}. Equal ones have equal bytes.
 *
 * @param pipelineVersion the version whose record the rows are read as
 * @param from rows after this event time belong to it; microseconds since the epoch
 * @param to rows up to this event time belong to it; behind it labels are still to come
 * @param rows how many of the parts' rows lie in that window
 * @param unlabelled how many newer ones have their label while others of their time have not; left
 *     out
 * @param completeOnly whether rows are left out some of whose features could not be computed; what
 *     an older Millrace wrote has them
 * @param incomplete how many these are, newer ones included
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    String pipeline,
    int pipelineVersion,
    List<Part> parts,
    long from,
    long to,
    HeldOut split,
    long rows,
    long unlabelled,
    boolean completeOnly,
    long incomplete) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Manifest {
    parts = List.copyOf(parts);
  }

  /** One version of one part. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Part(String part, int version, String uri, String sha256, long bytes, long rows) {
    Artifact artifact() {
      return new Artifact(URI.create(uri), sha256, bytes);
    }
  }

  /** The manifest as JSON. */
  public byte[] toJson() throws IOException {
    return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The inverse of {@link #toJson}; what a newer Millrace has added is passed over. */
  public static Manifest parse(byte[] json) throws IOException {
    return JSON.readValue(json, Manifest.class);
  }

  Manifest with(long end, HeldOut heldOut, long counted, long newer, long leftOut) {
    return new Manifest(
        pipeline,
        pipelineVersion,
        parts,
        from,
        end,
        heldOut,
        counted,
        newer,
        completeOnly,
        leftOut);
  }
}
