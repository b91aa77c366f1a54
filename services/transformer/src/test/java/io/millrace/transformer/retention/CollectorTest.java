package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartsIndex;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
  private final ControlPlane.Said said = ControlPlane.Said.nothing();
  private ArtifactStore store = ArtifactStore.at(Path.of("/unused").toUri());

  @BeforeEach
  void apply() {
    store = ArtifactStore.at(folder.resolve("store").toUri());
    said.newest().put("tiny", version(FILE, false, null));
    said.parts().put("tiny", new PartsIndex("tiny"));
  }

  private static PipelineVersion version(String file, boolean deleted, @Nullable String purge) {
    return PipelineVersion.newBuilder()
        .setPipeline("tiny")
        .setVersion(1)
        .setFile(file)
        .setDeleted(deleted)
        .setPurge(purge)
        .setPartitions(1)
        .setAppliedAt(LONG_AGO)
        .setSchemas(Map.of())
        .build();
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
    assertThat(found.folders().get("parts").goes().files()).isZero();
    assertThat(found.folders().get("parts").gone().files()).isEqualTo(3);
    assertThat(found.folders().get("parts").kept())
        .containsOnlyKeys("announced", "manifest")
        .hasEntrySatisfying("manifest", kept -> assertThat(kept.files()).isEqualTo(2));
    assertThat(collector().collect("tiny").folders().get("parts").gone().files())
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

    assertThat(found.held()).extracting(Hold::code).containsExactly(ErrorCode.RUN_ALREADY_OPEN);
    assertThat(found.done()).isFalse();
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldKeepWhatWasPutLately() throws IOException {
    part("abc"); // written, not yet announced
    age("tiny", NOW.minus(Duration.ofHours(23)));

    assertThat(collector().collect("tiny").folders().get("parts").young().files()).isEqualTo(1);
    assertThat(names("parts")).hasSize(1);
    age("tiny", NOW.minus(Duration.ofHours(25)));
    assertThat(collector().collect("tiny").folders().get("parts").gone().files()).isEqualTo(1);
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
    store.put("abc".getBytes(UTF_8), "tiny/manifests", ".txt");
    store.put("abc".getBytes(UTF_8), "tiny/parts", ".parquet");
    store.put(content("abc"), "tiny/parts/0-1-2-0123456789ab.parquet.copy");
    store.put(content("abc"), "tiny/models/rates.onnx");
    store.put(content("abc"), "tiny/cards/a/b.json");
    store.put("abc".getBytes(UTF_8), "tinier/parts", ".parquet");
    store.put("abc".getBytes(UTF_8), "tiny", ".txt");
    age("tiny", LONG_AGO);
    age("tinier", LONG_AGO);

    assertThat(collector().all(true).failed()).isEmpty();

    for (String in : List.of("notes", "manifests", "models", "cards")) {
      assertThat(names(in)).hasSize(1);
    }
    assertThat(names("parts")).hasSize(2);
    assertThat(folder.resolve("store/tinier/parts")).isNotEmptyDirectory();
    assertThat(folder.resolve("store/tiny").toFile().list()).hasSize(6);
  }

  @Test
  void shouldLetAllGoOfAPipelineOfWhichNothingIsSaidOnlyWhenItIsNamed() throws IOException {
    store.put("abc".getBytes(UTF_8), "gone/manifests", ".json");
    store.put("abc".getBytes(UTF_8), "gone/transforms", ".onnx");
    age("gone", LONG_AGO);

    assertThat(collector().all(true).failed()).isEmpty();
    assertThat(folder.resolve("store/gone/manifests")).isNotEmptyDirectory();
    collector().collect("gone");

    assertThat(folder.resolve("store/gone/manifests")).isEmptyDirectory();
    assertThat(folder.resolve("store/gone/transforms")).isEmptyDirectory();
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

  @Test
  void shouldLetNothingGoOfWhatIsSaidOfAndCannotBeRead() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    Hold unread = new Hold(ErrorCode.UNDECODABLE, "millrace.runs, partition 0, offset 7");
    said.holds().put("tiny", List.of(unread));

    Inventory found = collector().collect("tiny");

    assertThat(found.held()).containsExactly(unread);
    assertThat(found.done()).isFalse();
    assertThat(found.folders().get("parts").goes().files()).isEqualTo(1);
    assertThat(names("parts")).hasSize(1);
    said.holds().clear();
    said.holdsOfAll().add(new Hold(ErrorCode.TOPIC_MISSING, "there is no topic millrace.runs"));
    assertThat(collector().collect("tiny").held()).isEqualTo(said.holdsOfAll());
    assertThat(collector().all(true).held()).isEqualTo(said.holdsOfAll());
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldKeepAllThatIsSaidOfAPipelineWithoutAFile() throws IOException {
    List<PartWritten> parts = List.of(announce(0), announce(1), announce(2));
    closedRun("old", LONG_AGO.minus(Duration.ofDays(1_000)), List.of(parts.get(0)));
    publish(1); // and it never was live
    index().delete(PartKey.of(parts.get(0)));
    index().delete(PartKey.of(parts.get(1)));
    said.newest().put("tiny", version("", true, null));

    Inventory found = collector().collect("tiny");

    assertThat(found.retention().values()).containsOnly("all");
    assertThat(names("models")).hasSize(1);
    assertThat(names("manifests")).hasSize(1);
    assertThat(names("parts"))
        .as("announced, and what the manifest names")
        .containsExactlyInAnyOrder(name(parts.get(0)), name(parts.get(2)));
  }

  @Test
  void shouldLetNothingGoOfAPipelineThatIsBeingRemoved() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    said.newest().put("tiny", version(FILE, true, "DELETE_KEEPING_DATA"));

    assertThat(collector().collect("tiny").held())
        .extracting(Hold::code)
        .containsExactly(ErrorCode.PIPELINE_BEING_REMOVED);
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldFindWhatAModelHasLearnedFromByItsOwnCardWhenItsRunIsTakenBack() throws IOException {
    List<PartWritten> parts = List.of(announce(0), announce(1), announce(2));
    for (int version = 1; version <= 3; version++) {
      ArtifactRef manifest = manifest(List.of(parts.get(version - 1)));
      publish(version, card(manifest));
      index().delete(PartKey.of(parts.get(version - 1)));
    }
    move(1, 1);
    move(2, 2); // and of no run anything is said

    Inventory found = collector().collect("tiny");

    assertThat(found.held()).isEmpty();
    assertThat(names("cards")).hasSize(2);
    assertThat(names("manifests")).hasSize(2);
    assertThat(names("parts")).containsExactly(name(parts.get(1)));
  }

  @Test
  void shouldLetNothingGoWhenTheCardOfALiveModelIsGone() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    ArtifactRef card = card(manifest(List.of(part)));
    publish(1, card);
    move(1, 1);
    Files.delete(Path.of(URI.create(card.getUri())));

    assertThat(collector().collect("tiny").held())
        .singleElement()
        .satisfies(hold -> assertThat(hold.code()).isEqualTo(ErrorCode.PART_DAMAGED))
        .satisfies(hold -> assertThat(hold.reason()).contains(card.getUri()));
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldLetNothingGoWhileAManifestThatIsKeptIsDamaged() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    ArtifactRef manifest = closedRun("new", LATELY, List.of(part));
    Path file = Path.of(URI.create(manifest.getUri()));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    age("tiny", LONG_AGO);

    Inventory found = collector().collect("tiny");

    assertThat(found.held())
        .singleElement()
        .satisfies(hold -> assertThat(hold.code()).isEqualTo(ErrorCode.PART_DAMAGED))
        .satisfies(hold -> assertThat(hold.reason()).contains(manifest.getUri()));
    assertThat(names("parts")).hasSize(1);
    Files.write(file, whole);
    age("tiny", LONG_AGO);
    assertThat(collector().collect("tiny").held()).isEmpty();
    assertThat(names("parts")).as("as the manifest names it").hasSize(1);
  }

  @Test
  void shouldGoOnWithTheOthersWhenOneFails() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    said.newest().put("bad", version(FILE, false, null));
    Supplier<ControlPlane.Said> now =
        () ->
            new ControlPlane.Said(
                said.parts(),
                said.runs(),
                new HashMap<>(said.models()) {
                  private static final long serialVersionUID = 1L;

                  @Override
                  public ModelHistory getOrDefault(Object name, ModelHistory other) {
                    if (name.equals("bad")) {
                      throw new IllegalStateException("a bug");
                    }
                    return super.getOrDefault(name, other);
                  }
                },
                said.newest(),
                said.holds(),
                said.holdsOfAll());

    Collector.Collection all = collector(now).all(true);

    assertThat(door(collector(now), true).look().getStatus()).isEqualTo(207);
    assertThat(door(collector(() -> said), true).look().getStatus()).isEqualTo(200);
    assertThatThrownBy(() -> door(collector(now), false).collect())
        .as("where nothing is collected")
        .isInstanceOf(ProblemException.class);
    assertThat(all.failed())
        .extracting(Collector.Collection.Failed::pipeline, Collector.Collection.Failed::code)
        .containsExactly(tuple("bad", ErrorCode.INTERNAL));
    assertThat(all.pipelines()).extracting(Inventory::pipeline).containsExactly("tiny");
    assertThat(names("parts")).isEmpty();
  }

  @Test
  void shouldReadWhatIsSaidAnewForEachPipelineAndBeforeEachTimeThatFilesGo() throws IOException {
    PartWritten first = announce(0);
    PartWritten second = announce(1);
    index().delete(PartKey.of(first));
    index().delete(PartKey.of(second));
    AtomicInteger reads = new AtomicInteger();
    Supplier<ControlPlane.Said> now =
        () -> {
          if (reads.incrementAndGet() == 3) { // after the list of pipelines, and of this one
            index().accept(second);
          }
          return said;
        };

    Collector.Collection all = collector(now).all(true);

    assertThat(names("parts")).containsExactly(name(second));
    Inventory found = all.pipelines().getFirst();
    assertThat(found.folders().get("parts").gone().files()).isEqualTo(1);
    assertThat(found.folders().get("parts").kept()).containsOnlyKeys("announced");
  }

  @Test
  void shouldStopAsSoonAsARunIsAskedFor() throws IOException {
    for (int number = 0; number < 1_001; number++) {
      index().delete(PartKey.of(announceQuickly(number)));
    }
    age("tiny", LONG_AGO);
    AtomicInteger reads = new AtomicInteger();
    Supplier<ControlPlane.Said> now =
        () -> {
          if (reads.incrementAndGet() == 3) { // before the second thousand
            said.runs().accept(step("r", "requested", LATELY, List.of()));
          }
          return said;
        };

    Inventory found = collector(now).collect("tiny");

    assertThat(found.held()).extracting(Hold::code).containsExactly(ErrorCode.RUN_ALREADY_OPEN);
    assertThat(found.done()).isFalse();
    assertThat(found.folders().get("parts").gone().files()).isEqualTo(1_000);
    assertThat(found.folders().get("parts").goes().files()).isEqualTo(1);
    assertThat(names("parts")).hasSize(1);
  }

  @Test
  void shouldKeepAVersionThatGoesLiveMeanwhile() throws IOException {
    publish(1, card(manifest(List.of())));
    AtomicInteger reads = new AtomicInteger();
    Supplier<ControlPlane.Said> now =
        () -> {
          if (reads.incrementAndGet() == 2) {
            move(1, 1);
          }
          return said;
        };

    assertThat(collector(now).collect("tiny").done()).isTrue();
    assertThat(names("models")).hasSize(1);
  }

  @Test
  void shouldRefuseToTouchTheFilesOfAnotherSystem() throws IOException {
    PartWritten part = announce(0);
    index().delete(PartKey.of(part));
    new Owners(store, () -> "test-2").claim();

    assertThatThrownBy(() -> collector().collect("tiny"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STORE_OF_OTHERS))
        .hasMessageContaining(".millrace/owners/test-2");
    assertThat(collector().look("tiny").held())
        .extracting(Hold::code)
        .containsExactly(ErrorCode.STORE_OF_OTHERS);
    assertThat(collector().all(true).pipelines().getFirst().done()).isFalse();
    assertThat(names("parts")).hasSize(1);
    assertThat(new Owners(store, () -> "test-2").others())
        .as("of the one that was refused")
        .containsExactly(".millrace/owners/test-1");
    Files.delete(folder.resolve("store/.millrace/owners/test-2"));
    assertThat(collector().collect("tiny").done()).isTrue();
    assertThat(names("parts")).isEmpty();
  }

  private Collector collector() {
    return collector(() -> said);
  }

  private static WholeRetentionResource door(Collector collector, boolean enabled) {
    return new WholeRetentionResource(
        collector,
        new RetentionSettings() {
          @Override
          public boolean enabled() {
            return enabled;
          }

          @Override
          public Duration every() {
            return Duration.ofHours(6);
          }

          @Override
          public Duration grace() {
            return Duration.ofHours(24);
          }
        });
  }

  private Collector collector(Supplier<ControlPlane.Said> now) {
    return new Collector(
        now,
        store,
        new Owners(store, () -> "test-1"),
        Duration.ofHours(24),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private PartsIndex index() {
    return Objects.requireNonNull(said.parts().get("tiny"));
  }

  private PartWritten announce(int number) throws IOException {
    PartWritten part = announceQuickly(number);
    age("tiny", LONG_AGO);
    return part;
  }

  private PartWritten announceQuickly(int number) throws IOException {
    Artifact file = part("rows " + number);
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

  private Artifact part(String rows) throws IOException {
    return store.put(content(rows), "tiny/parts/0-1-2-%012x.parquet".formatted(rows.hashCode()));
  }

  private static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private ArtifactRef closedRun(String run, Instant at, List<PartWritten> parts)
      throws IOException {
    ArtifactRef file = manifest(parts);
    said.runs().accept(step(run, "requested", at, List.of()));
    said.runs().accept(step(run, "transform", at, List.of(file)));
    said.runs().accept(step(run, "finish", at, List.of()));
    return file;
  }

  private ArtifactRef manifest(List<PartWritten> parts) throws IOException {
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
    age("tiny", LONG_AGO);
    return file;
  }

  private ArtifactRef card(ArtifactRef manifest) throws IOException {
    return store
        .put(
            "{\"manifest\": \"%s\"}".formatted(manifest.getSha256()).getBytes(UTF_8),
            "tiny/cards",
            ".json")
        .reference("card");
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
    publish(version, store.put("{}".getBytes(UTF_8), "tiny/cards", ".json").reference("card"));
  }

  private void publish(int version, ArtifactRef card) throws IOException {
    ArtifactRef file =
        store
            .put(content("model " + version), "tiny/models/%064x/model.onnx".formatted(version))
            .reference("model");
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
                    .setCard(card)
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
    try (var files = Files.walk(folder.resolve("store/tiny").resolve(in))) {
      return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String name(PartWritten part) {
    return part.getUri().substring(part.getUri().lastIndexOf('/') + 1);
  }
}
