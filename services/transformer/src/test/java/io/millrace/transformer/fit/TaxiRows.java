package io.millrace.transformer.fit;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.runs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A small pipeline with its versions, its rows as parts, and a run over them. */
final class TaxiRows {
  static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

  private final Path folder;
  final ArtifactStore store;
  final PipelineVersions versions = new PipelineVersions();
  final List<PartWritten> announced = new ArrayList<>();

  private int parts;

  TaxiRows(Path folder) {
    this.folder = folder;
    this.store = ArtifactStore.at(folder.resolve("artifacts").toUri());
  }

  /**
   * One row, a minute after the one before.
   *
   * @param labelAfter its label comes so many microseconds behind it
   */
  record Trip(
      long id, @Nullable Double miles, @Nullable String zone, boolean tipped, long labelAfter) {
    /** One whose label comes a microsecond behind it. */
    Trip(long id, @Nullable Double miles, @Nullable String zone, boolean tipped) {
      this(id, miles, zone, tipped, 1);
    }
  }

  static String yaml(String transform) {
    return yaml(transform, "tip > 1.0", "{by: hash, eval: 0.2}");
  }

  static String yaml(String transform, String label, String split) {
    return """
    apiVersion: millrace.io/v1
    kind: Pipeline
    metadata: {name: taxi}
    spec:
      streams:
        rides:
          role: example
          id: id
          time: at
          fields: {id: {type: INT}, at: {type: TIMESTAMP}, miles: {type: FLOAT}, zone: {type: STRING}}
        tips: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, tip: {type: FLOAT}}}
      label: {name: tipped, kind: BINARY, value: "%s", within: 48h, absent: drop}
      transform: %s
      evaluate: {split: %s}
    """
        .formatted(label, transform, split);
  }

  /** Applies a version of the pipeline. */
  Pipeline apply(int version, String yaml) {
    versions.accept(
        PipelineVersion.newBuilder()
            .setPipeline("taxi")
            .setVersion(version)
            .setFile(yaml)
            .setPartitions(1)
            .setSchemas(Map.of())
            .setAppliedAt(START)
            .build());
    return switch (PipelineFile.parse(yaml, "taxi.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  /** Announces rows as one part, written under a version of the pipeline. */
  void part(Pipeline pipeline, int version, List<Trip> trips) throws IOException {
    Schema schema = PipelineSchemas.of(pipeline).row();
    List<GenericRecord> rows = new ArrayList<>();
    for (Trip trip : trips) {
      GenericRecord row = new GenericData.Record(schema);
      row.put("id", trip.id());
      row.put("at", micros(trip.id()));
      row.put("miles", trip.miles());
      row.put("zone", trip.zone());
      row.put(PipelineSchemas.INCOMPLETE, false);
      row.put("tipped", trip.tipped());
      row.put(PipelineSchemas.LABEL_TIME, micros(trip.id()) + trip.labelAfter());
      rows.add(row);
    }
    String name = "part-%02d".formatted(parts++);
    Path file = Files.createTempFile(folder, name, ".parquet");
    new ParquetRows(schema).write(file, rows.iterator());
    Artifact artifact = store.put(file, "taxi/parts/" + name + ".parquet");
    announced.add(
        PartWritten.newBuilder()
            .setPipeline("taxi")
            .setPart(name)
            .setUri(artifact.uri().toString())
            .setSha256(artifact.sha256())
            .setBytes(artifact.bytes())
            .setRows(trips.size())
            .setPartition(0)
            .setFirstOffset(0)
            .setLastOffset(trips.size())
            .setMinTime(time(trips.stream().mapToLong(Trip::id).min().orElseThrow()))
            .setMaxTime(time(trips.stream().mapToLong(Trip::id).max().orElseThrow()))
            .setPipelineVersion(version)
            .build());
  }

  TransformStep step() {
    Reading reading = reading();
    Freezer freezer = new Freezer(versions, pipeline -> List.copyOf(announced), store, reading);
    return new TransformStep(freezer, store, reading);
  }

  Reading reading() {
    return new Reading("200MB", folder.resolve("spill"));
  }

  static Run run(String id, int version) {
    return run(id, version, "{}");
  }

  static Run run(String id, int version, String evidence) {
    return new Run(
        "taxi",
        id,
        Map.of(
            "requested",
            RunStep.newBuilder()
                .setPipeline("taxi")
                .setRun(id)
                .setStep("requested")
                .setState(StepState.DONE.name())
                .setPipelineVersion(version)
                .setEvidence(evidence)
                .setBy("test")
                .setAt(START)
                .build()));
  }

  /** Event time of a trip. */
  static Instant time(long id) {
    return START.plus(Duration.ofMinutes(id));
  }

  static long micros(long id) {
    return time(id).toEpochMilli() * 1_000;
  }
}
