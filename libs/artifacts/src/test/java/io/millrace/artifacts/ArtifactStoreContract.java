package io.millrace.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.millrace.artifacts.ArtifactStore.Stored;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of store does. */
abstract class ArtifactStoreContract {
  /** SHA-256 of "abc": FIPS 180-2, appendix B.1. */
  static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  /** More than two parts of S3's least size. */
  private static final int LARGE = 12 << 20;

  private static final int WRITERS = 8;
  static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

  abstract ArtifactStore store();

  /** Another process' store at the same root, that has read nothing yet. */
  abstract ArtifactStore another() throws IOException;

  abstract URI uri(String name);

  /** All that another client would see below the root. */
  abstract List<String> names() throws IOException;

  /** Past the store. */
  abstract void overwrite(String name, byte[] content) throws IOException;

  /** Past the store. */
  abstract void delete(String name) throws IOException;

  @Test
  void shouldGiveBackWhatWasPut() throws IOException {
    Artifact artifact = store().put(content("abc"), "flights/parts/a.parquet");

    assertThat(artifact).isEqualTo(new Artifact(uri("flights/parts/a.parquet"), SHA256_OF_ABC, 3));
    assertThat(store().verify(artifact)).isEqualTo(new Verification.Intact());
    for (ArtifactStore reader : List.of(store(), another())) {
      assertThat(reader.open(artifact)).hasContent("abc");
      try (LocalFile file = reader.fetch(artifact)) {
        assertThat(file.path()).hasContent("abc");
      }
    }
  }

  @Test
  void shouldHoldNothingBesidesWhatWasPut() throws IOException {
    store().put(content("abc"), "a");
    store().put(content("abc"), "a");
    store().put(content("abd"), "flights/b");

    assertThat(names()).containsExactlyInAnyOrder("a", "flights/b");
  }

  @Test
  void shouldChangeNothingWhenTheSameContentIsPutAgain() throws IOException {
    Artifact first = store().put(content("abc"), "a");

    assertThat(store().put(content("abc"), "a")).isEqualTo(first);
    assertThat(another().put(content("abc"), "a")).isEqualTo(first);
  }

  @Test
  void shouldRefuseOtherContentUnderTheSameName() throws IOException {
    Artifact first = store().put(content("abc"), "a");

    assertThatThrownBy(() -> another().put(content("abd"), "a"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("holds other content");
    assertThat(another().open(first)).hasContent("abc");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void shouldLeaveNothingWhenTheContentBreaksOff() throws IOException {
    InputStream broken =
        new SequenceInputStream(
            content("the beginning"),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("connection reset");
              }
            });

    assertThatThrownBy(() -> store().put(broken, "a")).hasMessage("connection reset");
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abd", "ab", "abcd", ""})
  void shouldRefuseToOpenWhatHasOtherBytes(String other) throws IOException {
    Artifact artifact = store().put(content("abc"), "a");
    overwrite("a", other.getBytes(UTF_8));

    assertThat(store().verify(artifact))
        .isEqualTo(new Verification.Damaged(Digest.of(other.getBytes(UTF_8))));
    assertThatThrownBy(() -> another().open(artifact))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("damaged: ");
    assertThatThrownBy(() -> another().fetch(artifact)).isInstanceOf(ArtifactException.class);
  }

  @Test
  void shouldSayMissingWhenTheArtifactIsGone() throws IOException {
    store().put(content("abc"), "other");
    Artifact artifact = store().put(content("abc"), "a");
    delete("a");

    assertThat(store().verify(artifact)).isEqualTo(new Verification.Missing());
    assertThatThrownBy(() -> another().fetch(artifact))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("missing: ");
  }

  @Test
  void shouldKeepALargeOneAndAnEmptyOne() throws IOException {
    byte[] large = new byte[LARGE];
    new Random(1).nextBytes(large);

    for (byte[] content : List.of(large, new byte[0])) {
      Artifact artifact = store().put(content, "flights/models", ".onnx");

      assertThat(artifact.digest()).isEqualTo(Digest.of(content));
      assertThat(store().put(content, "flights/models", ".onnx")).isEqualTo(artifact);
      assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
      try (InputStream read = another().open(artifact)) {
        assertThat(read.readAllBytes()).isEqualTo(content);
      }
    }
  }

  @Test
  void shouldTakeTheSameContentFromSeveralWritersAtOnce() throws Exception {
    List<Object> outcomes = putAtOnce(writer -> "the same");

    assertThat(outcomes)
        .hasSize(WRITERS)
        .containsOnly(new Artifact(uri("a"), Digest.of("the same".getBytes(UTF_8)).sha256(), 8));
    assertThat(names()).containsExactly("a");
  }

  @Test
  void shouldTakeTheContentOfOneOfSeveralWritersThatDiffer() throws Exception {
    List<Object> outcomes = putAtOnce(writer -> "of writer " + writer);

    List<Artifact> taken =
        outcomes.stream().filter(Artifact.class::isInstance).map(Artifact.class::cast).toList();
    assertThat(taken).as("%s", outcomes).hasSize(1);
    assertThat(outcomes)
        .filteredOn(outcome -> !(outcome instanceof Artifact))
        .hasSize(WRITERS - 1)
        .allSatisfy(refused -> assertThat(refused).isInstanceOf(ArtifactException.class));
    assertThat(another().verify(taken.getFirst())).isEqualTo(new Verification.Intact());
  }

  /** An artifact of each writer that was taken, and the exception of each that was not. */
  private List<Object> putAtOnce(IntFunction<String> contents) throws Exception {
    List<Callable<Artifact>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      String text = contents.apply(writer);
      writers.add(() -> store().put(content(text), "a"));
    }
    List<Object> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      for (Future<Artifact> outcome : threads.invokeAll(writers)) {
        try {
          outcomes.add(outcome.get());
        } catch (ExecutionException e) {
          outcomes.add(e.getCause());
        }
      }
    }
    return outcomes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/../../b", "/etc/a", "", ".", "a/./b", "a/../b", "a\0b"})
  void shouldRefuseANameThatIsNotPlainlyBelowTheRoot(String name) throws IOException {
    assertThatThrownBy(() -> store().put(content("abc"), name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "s3://millrace/a", "s3://other/prefix/a"})
  void shouldRefuseAReferenceOutsideOfTheRoot(URI outside) {
    assertThatThrownBy(() -> store().open(new Artifact(outside, SHA256_OF_ABC, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("outside of the artifact store");
  }

  @Test
  void shouldListWhatIsBelowAFolder() throws IOException {
    store().put(content("abc"), "flights/parts/a.parquet");
    store().put(content("abcd"), "flights/parts/b.parquet");
    store().put(content("abc"), "flights/models/a.onnx");
    store().put(content("abc"), "flightsandmore/parts/a.parquet");
    List<Stored> found = new ArrayList<>();

    another().list("flights/parts", found::add);

    assertThat(found)
        .extracting(Stored::name, Stored::bytes)
        .containsExactlyInAnyOrder(
            tuple("flights/parts/a.parquet", 3L), tuple("flights/parts/b.parquet", 4L));
    assertThat(found)
        .allSatisfy(
            stored ->
                assertThat(stored.at()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES)));
    assertThat(listed("flights")).hasSize(3);
    assertThat(listed("")).hasSize(4);
    assertThat(listed("nothing")).isEmpty();
  }

  @Test
  void shouldDeleteOnceAndNothingElse() throws IOException {
    Artifact artifact = store().put(content("abc"), "flights/parts/a");
    store().put(content("abc"), "flights/parts/b");

    assertThat(deleted("flights/parts/a")).containsExactly("flights/parts/a");
    assertThat(deleted("flights/parts/a")).as("again").isEmpty();
    assertThat(deleted("flights/parts/never")).isEmpty();
    assertThat(names()).containsExactly("flights/parts/b");
    assertThat(another().verify(artifact)).isEqualTo(new Verification.Missing());
    assertThat(another().put(content("abc"), "flights/parts/a")).isEqualTo(artifact);
  }

  @Test
  void shouldKeepWhatWasPutSince() throws IOException {
    store().put(content("abc"), "flights/parts/a");

    List<Stored> deleted =
        store()
            .delete(
                List.of(new Stored("flights/parts/a", 3, Instant.EPOCH)), // as it was listed
                Instant.now().minus(1, ChronoUnit.HOURS));

    assertThat(deleted).isEmpty();
    assertThat(names()).containsExactly("flights/parts/a");
  }

  @Test
  void shouldRenewWhatIsThereAndSayWhatIsNot() throws IOException {
    Artifact artifact = store().put(content("abc"), "flights/models/a");
    Artifact gone = store().put(content("abd"), "flights/models/b");
    delete("flights/models/b");

    store().renew(artifact);

    assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
    assertThatThrownBy(() -> another().renew(gone))
        .isInstanceOfSatisfying(
            ArtifactException.class, missing -> assertThat(missing.isMissing()).isTrue());
    overwrite("flights/models/a", "abx".getBytes(UTF_8));
    assertThatThrownBy(() -> another().renew(artifact))
        .isInstanceOfSatisfying(
            ArtifactException.class, damaged -> assertThat(damaged.isMissing()).isFalse());
  }

  @Test
  void shouldDeleteManyAmongOthers() throws IOException {
    for (String name : List.of("a", "b", "b/c", "d", "e", "f")) {
      store().put(content("abc"), "flights/models/" + name + "/x");
    }
    store().put(content("abc"), "flights/z");

    assertThat(
            deleted(
                "flights/models/e/x",
                "flights/models/b/c/x",
                "flights/models/never",
                "flights/models/b/x"))
        .containsExactlyInAnyOrder(
            "flights/models/b/c/x", "flights/models/b/x", "flights/models/e/x");
    assertThat(names())
        .containsExactlyInAnyOrder(
            "flights/models/a/x", "flights/models/d/x", "flights/models/f/x", "flights/z");
    assertThat(store().delete(List.of(), LATER)).isEmpty();
  }

  private List<String> deleted(String... names) throws IOException {
    List<Stored> files = Stream.of(names).map(name -> new Stored(name, 3, Instant.EPOCH)).toList();
    return another().delete(files, LATER).stream().map(Stored::name).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/../../b", "/etc/a", "", ".", "a/./b", "a/../b", "a\0b"})
  void shouldDeleteOnlyPlainlyBelowTheRoot(String name) throws IOException {
    store().put(content("abc"), "a/b");

    assertThatThrownBy(() -> store().delete(List.of(new Stored(name, 3, Instant.EPOCH)), LATER))
        .isInstanceOf(IllegalArgumentException.class);
    if (!name.isEmpty()) {
      assertThatThrownBy(() -> listed(name)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(names()).containsExactly("a/b");
  }

  private List<String> listed(String folder) throws IOException {
    List<String> found = new ArrayList<>();
    store().list(folder, stored -> found.add(stored.name()));
    return found;
  }

  static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
