package io.millrace.serving.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.serving.Flights;
import io.millrace.serving.ModelFiles;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.models.ModelLoad.Loaded;
import io.millrace.serving.models.ModelLoad.Refused;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {
  @TempDir Path folder;
  private ModelFiles files;
  private ModelLoader loader;

  @BeforeEach
  void open() {
    ArtifactStore store = ArtifactStore.at(folder.toUri());
    files = new ModelFiles(store);
    loader = new ModelLoader(store, OnnxScorer.loading(1));
  }

  @Test
  void shouldLoadWhatPassesEveryCheck() {
    ModelLoad load = load(files.version(1, -1, 1));

    assertThat(load).isInstanceOf(Loaded.class);
    ((Loaded) load).scorer().close();
  }

  @Test
  void shouldRefuseAFlippedByte() throws IOException {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.tree(-1, 1));
    Path path = Path.of(URI.create(file.getUri()));
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length / 2] ^= 1;
    Files.write(path, bytes);

    assertRefused(files.version(1, file, 0.5), ErrorCode.MODEL_FILE_DAMAGED);
  }

  @Test
  void shouldRefuseAFileThatIsNotThere() throws IOException {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.tree(-1, 1));
    Files.delete(Path.of(URI.create(file.getUri())));

    assertRefused(files.version(1, file, 0.5), ErrorCode.MODEL_FILE_DAMAGED);
  }

  @Test
  void shouldRefuseAFileOutsideOfTheStore() {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.tree(-1, 1));
    file.setUri("file:///etc/passwd");

    assertRefused(files.version(1, file, 0.5), ErrorCode.MODEL_FILE_DAMAGED);
  }

  @Test
  void shouldRefuseWhatIsNoModel() {
    ArtifactRef file = files.put("1/model.onnx", "no model".getBytes(StandardCharsets.UTF_8));

    assertRefused(files.version(1, file, 0.5), ErrorCode.MODEL_UNREADABLE);
  }

  @Test
  void shouldRefuseInputsAndOutputsThatAreNotThePipelines() {
    assertMismatch(1, ModelFiles.echo("mileage", "score", 1));
    assertMismatch(2, ModelFiles.echo("origin", "score", 1));
    assertMismatch(3, ModelFiles.echo("departure", "score", 1));
    assertMismatch(4, ModelFiles.echo("stops", "score", 1));
    assertMismatch(5, ModelFiles.echo("miles", "value", 1));
    assertMismatch(6, ModelFiles.echo("miles", "score", 3));
  }

  @Test
  void shouldRefuseNaN() {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.nan());

    assertRefused(files.version(1, file, 0.5), ErrorCode.MODEL_OUTPUT_NOT_FINITE);
  }

  @Test
  void shouldRefuseAnswersThatAreNotThoseOfItsPublication() {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.tree(-1, 1));

    assertRefused(
        files.version(1, file, ModelFiles.sigmoid(-1) + 1e-4), ErrorCode.MODEL_WARMUP_DIFFERS);
    assertThat(load(files.version(2, file, ModelFiles.sigmoid(-1) + 1e-6)))
        .isInstanceOf(Loaded.class);
  }

  @Test
  void shouldRefuseAWarmUpThatShowsNothing() {
    ArtifactRef file = files.put("1/model.onnx", ModelFiles.tree(-1, 1));
    ArtifactRef empty = files.put("1/empty.jsonl", new byte[0]);
    ArtifactRef wrong = files.put("1/wrong.jsonl", "{}\n".getBytes(StandardCharsets.UTF_8));

    assertRefused(ModelFiles.version(1, file, empty), ErrorCode.MODEL_WARMUP_DIFFERS);
    assertRefused(ModelFiles.version(1, file, wrong), ErrorCode.MODEL_WARMUP_DIFFERS);
  }

  private void assertMismatch(int version, byte[] model) {
    ArtifactRef file = files.put(version + "/model.onnx", model);
    assertRefused(files.version(version, file, 0.5), ErrorCode.MODEL_SHAPE_MISMATCH);
  }

  private void assertRefused(ModelEvent version, ErrorCode code) {
    assertThat(load(version))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).as(refused.message()).isEqualTo(code);
              assertThat(refused.passing()).isFalse();
            });
  }

  private ModelLoad load(ModelEvent version) {
    return loader.load((ModelVersion) version.getChange(), new FeaturePlan(Flights.PIPELINE));
  }
}
