package io.millrace.local.demo;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Scores, with the file that the registry names, what a model was served, some of it replaced. */
final class OldChampion implements AutoCloseable {
  private static final int BATCH = 2000;

  private final OnnxModel model;
  private final BiConsumer<String, Double> scored;
  private final List<String> ids = new ArrayList<>();
  private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();

  /**
   * @param scored takes an example's id and score
   */
  OldChampion(ModelVersion version, ArtifactStore artifacts, BiConsumer<String, Double> scored) {
    this.scored = scored;
    try (InputStream file = artifacts.open(Artifact.of(version.getFile()))) {
      this.model = OnnxModel.load(file.readAllBytes(), 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param features the model's inputs by name; null where missing
   */
  void add(String id, Map<String, @Nullable Object> features) {
    ids.add(id);
    rows.add(features);
    if (ids.size() == BATCH) {
      flush();
    }
  }

  void flush() {
    if (ids.isEmpty()) {
      return;
    }
    Columns columns = new Columns(ids.size());
    for (OnnxModel.Input input : model.inputs()) {
      if (input.isText()) {
        columns.texts(
            input.name(),
            rows.stream()
                .map(row -> row.get(input.name()))
                .map(value -> value == null ? "" : value.toString())
                .toArray(String[]::new));
      } else {
        float[] numbers = new float[rows.size()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] =
              rows.get(i).get(input.name()) instanceof Number number
                  ? number.floatValue()
                  : Float.NaN;
        }
        columns.numbers(input.name(), numbers);
      }
    }
    float[] scores = model.run(columns).values();
    for (int i = 0; i < scores.length; i++) {
      scored.accept(ids.get(i), (double) scores[i]);
    }
    ids.clear();
    rows.clear();
  }

  @Override
  public void close() {
    model.close();
  }
}
