package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.HeldOut;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.runs.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {
  private static final Instant NOW = Instant.parse("2001-07-01T00:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(60));
  private static final Instant LATELY = NOW.minus(Duration.ofDays(10));
  private static final String FILE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: tiny}
      spec:
        streams:
          asked: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}}}
          told: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, y: {type: FLOAT}}}
        label: {name: outcome, kind: REGRESSION, value: "y", within: 48h, absent: drop}
        retention: {models: 30d, manifests: 30d, transforms: 30d}
      """;

  @TempDir Path folder;
  private final ControlPlane.Said said =
      new ControlPlane.Said(new HashMap<>(), new Runs(), new HashMap<>(), new TreeMap<>());
  private ArtifactStore store = ArtifactStore.at(Path.of("/unused").toUri());

  @BeforeEach
  void apply() {
    store = ArtifactStore.at(folder.resolve("store").toUri());
    said.newest()
        .put(
            "tiny",
            PipelineVersion.newBuilder()
                .setPipeline("tiny")
                .setVersion(1)
                .setFile(FILE)
                .setPartitions(1)
                .setAppliedAt(LONG_AGO)
                .setSchemas(java.util.Map.of())
                .build());
    said.parts().put("tiny", new PartsIndex("tiny"));
  }

  @Test
  void shouldLetGoOfReplacedPartsThatNoKeptManifestNames() throws IOException {
    List<PartWritten> parts = new ArrayList<>();
    for (int number = 0; number < 6; number++) {
      parts.add(announce(number));
    }
    closedRun("old", LONG_AGO, parts.subList(0, 2));
    closedRun("new", LATELY, parts.subList(2, 4));
    parts.subList(0, 5).forEach(part -> index().delete(PartKey.of(part)));

    Inventory found = collector().collect("tiny");

    assertThat(names("parts"))
        .containsExactlyInAnyOrder(name(parts.get(2)), name(parts.get(3)), name(parts.get(5)));
    assertThat(names("manifests")).hasSize(1);
    assertThat(found.done()).isTrue();
    assertThat(found.folders().get("parts").goes().files()).isEqualTo(3);
    assertThat(found.folders().get("parts").kept())
        .containsOnlyKeys("announced", "manifest")
        .hasEntrySatisfying("manifest", kept -> assertThat(kept.files()).isEqualTo(2));
    assertThat(collector().collect("tiny").folders().get("parts").goes().files())
        .as("again")
        .isZero();
  }

  @Test
  void shouldOnlyTellWhatWouldGo() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));

    Inventory found = collector().look("tiny");

    JsonNode told = new ObjectMapper().valueToTree(found);
    assertThat(told.at("/folders/parts/goes/files").asLong()).isEqualTo(1);
    assertThat(told.at("/folders/parts/goes/bytes").asLong()).isEqualTo(part.getBytes());
    assertThat(told.at("/retention/models").asText()).isEqualTo("PT720H");
    assertThat(told.path("done").isBoolean()).isTrue();
    assertThat(found.done()).isFalse();
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldGoOnWhateverAFactRefersTo() throws IOException {
    PartWritten part = announce(0);
    for (String uri : List.of("no reference at all", "mailto:nobody", "", "s3://b")) {
      index()
          .accept(PartWritten.newBuilder(part).setPart("lie " + uri.length()).setUri(uri).build());
    }

    assertThat(collector().collect("tiny").done()).isTrue();
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldLetNothingGoWhileARunIsOpen() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part)); // perhaps the run has frozen it a moment before
    said.runs().accept(step("r", "requested", LATELY, List.of()));

    Inventory found = collector().collect("tiny");

    assertThat(found.held()).isTrue();
    assertThat(found.done()).isFalse();
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldKeepWhatWasPutLately() throws IOException {
    store.put("abc".getBytes(UTF_8), "tiny/parts", ".parquet"); // written, not yet announced
    age("tiny", NOW.minus(Duration.ofHours(23)));

    assertThat(collector().collect("tiny").folders().get("parts").young().files()).isEqualTo(1);
    assertThat(names("parts")).hasSize(1);
    age("tiny", NOW.minus(Duration.ofHours(25)));
    assertThat(collector().collect("tiny").folders().get("parts").goes().files()).isEqualTo(1);
    assertThat(names("parts")).isEmpty();
  }

  @Test
  void shouldKeepVersionsThatWereEverLiveAndPartsOfTheOneThatIs() throws IOException {
    List<PartWritten> parts = List.of(announce(0), announce(1), announce(2));
    for (int version = 1; version <= 3; version++) {
      PartWritten part = parts.get(version - 1);
      closedRun("r" + version, LONG_AGO, List.of(part));
      publish(version);
      index().delete(PartKey.of(part));
    }
    move(1, 1);
    move(2, 2); // and the third never was

    collector().collect("tiny");

    assertThat(names("models")).hasSize(2);
    assertThat(names("manifests")).hasSize(2);
    assertThat(names("parts")).containsExactly(name(parts.get(1)));
  }

  @Test
  void shouldTouchNothingThatItDoesNotKnow() throws IOException {
    store.put("abc".getBytes(UTF_8), "tiny/notes", ".txt");
    store.put("abc".getBytes(UTF_8), "tinier/parts", ".parquet");
    store.put("abc".getBytes(UTF_8), "tiny", ".txt");
    age("tiny", LONG_AGO);
    age("tinier", LONG_AGO);

    collector().collectAll();

    assertThat(names("notes")).hasSize(1);
    assertThat(folder.resolve("store/tinier/parts")).isNotEmptyDirectory();
    assertThat(folder.resolve("store/tiny").toFile().list()).hasSize(2);
  }

  @Test
  void shouldLetAllGoOfAPipelineOfWhichNothingIsSaidOnlyWhenItIsNamed() throws IOException {
    store.put("abc".getBytes(UTF_8), "gone/parts", ".parquet");
    store.put("abc".getBytes(UTF_8), "gone/models", ".onnx");
    age("gone", LONG_AGO);

    collector().collectAll();
    assertThat(folder.resolve("store/gone/parts")).isNotEmptyDirectory();
    collector().collect("gone");

    assertThat(folder.resolve("store/gone/parts")).isEmptyDirectory();
    assertThat(folder.resolve("store/gone/models")).isEmptyDirectory();
    for (String wrong : List.of("never", "../tiny", "", "tiny/parts")) {
      assertThatThrownBy(() -> collector().collect(wrong)).isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void shouldKeepWhatIsReferredToUnderAnotherRoot() throws IOException {
    PartWritten part = announce(0);
    String moved = part.getUri().replaceFirst("^file:.*/tiny/", "s3://elsewhere/tiny/tiny/");
    index().delete(PartKey.of(part));
    index().accept(PartWritten.newBuilder(part).setVersion(2).setUri(moved).build());

    collector().collect("tiny");

    assertThat(names("parts")).hasSize(1);
  }

  private Collector collector() {
    return new Collector(() -> said, store, Duration.ofHours(24), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private PartsIndex index() {
    return java.util.Objects.requireNonNull(said.parts().get("tiny"));
  }

  private PartWritten announce(int number) throws IOException {
    Artifact file = store.put(("rows " + number).getBytes(UTF_8), "tiny/parts", ".parquet");
    age("tiny", LONG_AGO);
    PartWritten part =
        PartWritten.newBuilder()
            .setPipeline("tiny")
            .setPart("p" + number)
            .setUri(file.uri().toString())
            .setSha256(file.sha256())
            .setBytes(file.bytes())
            .setRows(1)
            .setPartition(0)
            .setFirstOffset(number)
            .setLastOffset(number)
            .setMinTime(LONG_AGO)
            .setMaxTime(LONG_AGO)
            .setPipelineVersion(1)
            .build();
    index().accept(part);
    return part;
  }

  private void closedRun(String run, Instant at, List<PartWritten> parts) throws IOException {
    Manifest manifest =
        new Manifest(
            "tiny",
            1,
            parts.stream()
                .map(
                    part ->
                        new Manifest.Part(
                            part.getPart(), 1, part.getUri(), part.getSha256(), part.getBytes(), 1))
                .toList(),
            0,
            1,
            new HeldOut(Evaluate.Split.By.HASH, 0.2, null),
            1,
            0,
            true,
            0);
    ArtifactRef file =
        store.put(manifest.toJson(), "tiny/manifests", ".json").reference("manifest");
    said.runs().accept(step(run, "requested", at, List.of()));
    said.runs().accept(step(run, "transform", at, List.of(file)));
    said.runs().accept(step(run, "finish", at, List.of()));
    age("tiny", LONG_AGO);
  }

  private static RunStep step(String run, String step, Instant at, List<ArtifactRef> outputs) {
    return RunStep.newBuilder()
        .setPipeline("tiny")
        .setRun(run)
        .setStep(step)
        .setState("DONE")
        .setPipelineVersion(1)
        .setOutputs(outputs)
        .setBy("test")
        .setAt(at)
        .build();
  }

  private void publish(int version) throws IOException {
    ArtifactRef file =
        store.put(("model " + version).getBytes(UTF_8), "tiny/models", ".onnx").reference("model");
    age("tiny", LONG_AGO);
    accept(
        ModelEvent.newBuilder()
            .setModel("tiny")
            .setChange(
                ModelVersion.newBuilder()
                    .setVersion(version)
                    .setRun("r" + version)
                    .setPipelineVersion(1)
                    .setFile(file)
                    .setCard(file)
                    .setWarmup(file)
                    .setStatistics(file)
                    .build())
            .setAt(LONG_AGO)
            .build());
  }

  private void move(int version, int sequence) {
    ModelHistory known = said.models().getOrDefault("tiny", ModelHistory.of("tiny"));
    accept(known.moving("champion", version, "test " + sequence, LONG_AGO));
  }

  private void accept(ModelEvent event) {
    said.models()
        .compute(
            "tiny", (name, known) -> (known == null ? ModelHistory.of(name) : known).with(event));
  }

  private void age(String pipeline, Instant at) throws IOException {
    try (var files = Files.walk(folder.resolve("store").resolve(pipeline))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(at));
      }
    }
  }

  private List<String> names(String in) throws IOException {
    try (var files = Files.list(folder.resolve("store/tiny").resolve(in))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String name(PartWritten part) {
    return part.getUri().substring(part.getUri().lastIndexOf('/') + 1);
  }
}
