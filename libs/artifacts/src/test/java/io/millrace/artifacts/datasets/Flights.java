package io.millrace.artifacts.datasets;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A small pipeline, and its rows as parts in a store. */
final class Flights {
  static final long DAY = 86_400_000_000L;

  private final Path folder;
  private final ArtifactStore store;
  private int files;

  Flights(Path folder) {
    this(folder, ArtifactStore.at(folder.resolve("artifacts").toUri()));
  }

  Flights(Path folder, ArtifactStore store) {
    this.folder = folder;
    this.store = store;
  }

  /** One row; times in days. */
  record Flight(
      long id,
      double day,
      @Nullable String origin,
      @Nullable Double delay,
      boolean late,
      boolean incomplete) {
    Flight(long id, double day, @Nullable String origin, @Nullable Double delay, boolean late) {
      this(id, day, origin, delay, late, false);
    }
  }

  static Pipeline pipeline(String split) {
    return pipeline(split, "");
  }

  /**
   * @param fields more of the example's fields
   */
  static Pipeline pipeline(String split, String fields) {
    return pipeline(split, fields, "window: 21d");
  }

  /**
   * @param train how the model is trained
   */
  static Pipeline pipeline(String split, String fields, String train) {
    String yaml =
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: tiny}
        spec:
          streams:
            asked:
              role: example
              id: id
              time: at
              fields: {id: {type: INT}, at: {type: TIMESTAMP}, origin: {type: STRING}, delay: {type: FLOAT}%s}
            told: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, y: {type: FLOAT}}}
          label: {name: late, kind: BINARY, value: "y > 15.0", within: 48h, absent: drop}
          train: {%s}
          evaluate: {split: %s}
        """
            .formatted(fields, train, split);
    PipelineFile.Parsed parsed = PipelineFile.parse(yaml, "tiny.yaml");
    if (parsed instanceof PipelineFile.Invalid invalid) {
      throw new AssertionError(invalid.problems());
    }
    return ((PipelineFile.Valid) parsed).pipeline();
  }

  ArtifactStore store() {
    return store;
  }

  Reading reading() {
    return new Reading("200MB", folder.resolve("spill"));
  }

  Manifest.Part part(Pipeline pipeline, List<Flight> flights) throws IOException {
    Schema schema = PipelineSchemas.of(pipeline).row();
    List<GenericRecord> rows = new ArrayList<>();
    for (Flight flight : flights) {
      GenericRecord row = new GenericData.Record(schema);
      row.put("id", flight.id());
      row.put("at", micros(flight.day()));
      row.put("origin", flight.origin());
      row.put("delay", flight.delay());
      if (schema.getField("Gate") != null) {
        row.put("Gate", "G");
      }
      row.put(PipelineSchemas.INCOMPLETE, flight.incomplete());
      row.put("late", flight.late());
      row.put(PipelineSchemas.LABEL_TIME, micros(flight.day()) + 1);
      rows.add(row);
    }
    String name = "part-" + files++;
    Path file = Files.createTempFile(folder, name, ".parquet");
    new ParquetRows(schema).write(file, rows.iterator());
    Artifact artifact = store.put(file, "tiny/parts/" + name + ".parquet");
    return new Manifest.Part(
        name, 1, artifact.uri().toString(), artifact.sha256(), artifact.bytes(), rows.size());
  }

  Manifest freeze(Pipeline pipeline, List<Manifest.Part> parts, double newestDay)
      throws IOException {
    return DataSet.freeze(pipeline, 1, parts, micros(newestDay), store, reading());
  }

  static long micros(double day) {
    return Math.round(day * DAY);
  }
}
