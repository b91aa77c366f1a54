package io.millrace.transformer.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.random.RandomFile;
import io.millrace.contracts.random.RandomRecord;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.onnx.trees.TreeModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Whatever file is accepted, its rows become a part, its part a fit, and its fit a session. */
class RandomFilesFitTest {
  private static final int ROWS = 200;

  @Property(tries = 60)
  void shouldFitWhatever(@ForAll long seed) throws IOException {
    Pipeline pipeline = RandomFile.accepted(seed).orElse(null);
    Assume.that(pipeline != null && !pipeline.transform().isEmpty());
    shouldFit(pipeline, new Random(seed));
  }

  /** As queries of rows call what they count and sort. */
  @Property(tries = 5)
  void shouldFitFieldsCalledLikeColumnsOfOurQueries(
      @ForAll @From("names") String name, @ForAll long seed) throws IOException {
    String yaml =
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: queries}
        spec:
          streams:
            asked: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, %s: {type: STRING}}}
            told: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, paid: {type: BOOL}}}
          label: {name: bought, kind: BINARY, value: paid, within: 1d}
        """
            .formatted(name);

    shouldFit(((PipelineFile.Valid) PipelineFile.accept(yaml, name)).pipeline(), new Random(seed));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of("n", "x", "rowid", "c", "rows");
  }

  private static void shouldFit(Pipeline pipeline, Random random) throws IOException {
    Path folder = Files.createTempDirectory("random-files");
    try {
      shouldFit(pipeline, random, folder);
    } finally {
      delete(folder);
    }
  }

  private static void shouldFit(Pipeline pipeline, Random random, Path folder) throws IOException {
    List<GenericRecord> rows = rows(pipeline, random);
    ParquetRows parquet = new ParquetRows(PipelineSchemas.of(pipeline).row());
    Path file = folder.resolve("part.parquet");
    parquet.write(file, rows.iterator());
    List<GenericRecord> readBack = new ArrayList<>();
    parquet.read(file, readBack::add);
    assertThat(readBack).hasToString(rows.toString());

    ArtifactStore store = ArtifactStore.at(folder.resolve("artifacts").toUri());
    Artifact artifact = store.put(file, "random/part.parquet");
    Manifest.Part part =
        new Manifest.Part(
            "part", 1, artifact.uri().toString(), artifact.sha256(), artifact.bytes(), ROWS);
    Reading reading = new Reading("200MB", folder.resolve("spill"));
    long newest = RandomRecord.START + ROWS;
    Manifest manifest = DataSet.freeze(pipeline, 1, List.of(part), newest, store, reading);
    List<FittedTransform> transforms;
    try (DataSet data = DataSet.open(manifest, pipeline, store, reading)) {
      transforms = new Fitter(pipeline, data).fit(done -> {}).transforms();
    }

    byte[] graph = TransformGraph.build(transforms);
    assertThat(TransformGraph.read(graph)).isEqualTo(transforms);
    shouldRun(graph, TransformGraph.FEATURES, TransformGraph.width(transforms));
    for (String output : List.of(TreeModel.SCORE, TreeModel.VALUE)) {
      GraphBuilder model = new GraphBuilder("model");
      String columns = TransformGraph.append(model, transforms);
      model.output(output, columns, TransformGraph.width(transforms));
      shouldRun(model.build(new TreeMap<>(Map.of())), output, TransformGraph.width(transforms));
    }
  }

  private static void shouldRun(byte[] graph, String output, int width) {
    try (OnnxModel model = OnnxModel.load(graph, 1)) {
      Columns columns = new Columns(1);
      for (OnnxModel.Input input : model.inputs()) {
        if (input.isText()) {
          columns.texts(input.name(), new String[] {"text 1"});
        } else {
          columns.numbers(input.name(), new float[] {1});
        }
      }
      assertThat(model.output()).isEqualTo(output);
      assertThat(model.run(columns).columns()).isEqualTo(width);
    }
  }

  /** Ids and times go up, both classes are there. */
  private static List<GenericRecord> rows(Pipeline pipeline, Random random) {
    Schema schema = PipelineSchemas.of(pipeline).row();
    boolean textIds = pipeline.exampleStream().idField().type().scalar() == Scalar.STRING;
    List<GenericRecord> rows = new ArrayList<>();
    for (long i = 1; i <= ROWS; i++) {
      GenericRecord row = RandomRecord.of(schema, random);
      row.put(pipeline.exampleStream().id(), textIds ? "id " + i : (Object) i);
      row.put(pipeline.exampleStream().time(), RandomRecord.START + i);
      row.put(PipelineSchemas.LABEL_TIME, RandomRecord.START + i);
      if (pipeline.label().kind() == Label.Kind.BINARY) {
        row.put(pipeline.label().name(), i % 2 == 0);
      }
      rows.add(row);
    }
    return rows;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
