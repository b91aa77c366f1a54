package io.millrace.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileArtifactStoreTest {
  /** SHA-256 of "abc": FIPS 180-2, appendix B.1. */
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;
  private ArtifactStore store = ArtifactStore.at(URI.create("file:///unused"));

  @BeforeEach
  void open() {
    store = ArtifactStore.at(folder.resolve("root").toUri());
  }

  @Test
  void shouldGiveBackWhatWasPut() throws IOException {
    Artifact artifact = store.put(content("abc"), "flights/parts/a.parquet");

    assertThat(artifact)
        .isEqualTo(
            new Artifact(folder.resolve("root/flights/parts/a.parquet").toUri(), SHA256_OF_ABC, 3));
    assertThat(store.open(artifact)).hasContent("abc");
    assertThat(store.verify(artifact)).isEqualTo(new Verification.Intact());
  }

  @Test
  void shouldLeaveNoTemporaryFileWhenPut() throws IOException {
    store.put(content("abc"), "a");
    store.put(content("abc"), "a");

    assertThat(filesBelowRoot()).containsExactly("a");
  }

  @Test
  void shouldChangeNothingWhenTheSameContentIsPutAgain() throws IOException {
    Artifact first = store.put(content("abc"), "a");

    assertThat(store.put(content("abc"), "a")).isEqualTo(first);
  }

  @Test
  void shouldRefuseOtherContentUnderTheSameName() throws IOException {
    Artifact first = store.put(content("abc"), "a");

    assertThatThrownBy(() -> store.put(content("abd"), "a"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("holds other content");
    assertThat(store.open(first)).hasContent("abc");
    assertThat(filesBelowRoot()).containsExactly("a");
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

    assertThatThrownBy(() -> store.put(broken, "a")).hasMessage("connection reset");
    assertThat(filesBelowRoot()).isEmpty();
  }

  @Test
  void shouldRefuseToOpenWhenAByteHasChanged() throws IOException {
    Artifact artifact = store.put(content("abc"), "a");
    Files.writeString(folder.resolve("root/a"), "abd");

    assertThat(store.verify(artifact)).isInstanceOf(Verification.Damaged.class);
    assertThatThrownBy(() -> store.open(artifact))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("damaged: ");
  }

  @Test
  void shouldSayMissingWhenTheFileIsGone() throws IOException {
    store.put(content("abc"), "other");
    Artifact artifact = store.put(content("abc"), "a");
    Files.delete(folder.resolve("root/a"));

    assertThat(store.verify(artifact)).isEqualTo(new Verification.Missing());
    assertThatThrownBy(() -> store.fetch(artifact)).hasMessageStartingWith("missing: ");
  }

  @Test
  void shouldTellAStoreThatIsAwayFromAFileThatIsGone() throws IOException {
    Artifact artifact = store.put(content("abc"), "a");
    Path elsewhere = folder.resolve("elsewhere");

    Files.move(folder.resolve("root"), elsewhere);
    assertAway(() -> store.verify(artifact));
    assertAway(() -> store.open(artifact));
    assertAway(() -> store.put(content("abd"), "b"));
    Files.createDirectory(folder.resolve("root")); // as a folder is before something is mounted
    assertAway(() -> store.fetch(artifact));
    Files.delete(folder.resolve("root"));

    Files.move(elsewhere, folder.resolve("root"));
    assertThat(store.open(artifact)).hasContent("abc");
    assertThat(filesBelowRoot()).containsExactly("a");
  }

  private static void assertAway(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ArtifactException.class)
        .hasMessageContaining("the artifact store is away");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/../../b", "/etc/a", "", ".", "a/./b", "a/../b", "a\0b"})
  void shouldRefuseANameThatIsNotPlainlyBelowTheRoot(String name) throws IOException {
    assertThatThrownBy(() -> store.put(content("abc"), name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("root")).doesNotExist();
  }

  @Test
  void shouldRefuseAReferenceOutsideOfTheRoot() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside"), "abc");
    Artifact artifact = new Artifact(outside.toUri(), SHA256_OF_ABC, 3);

    assertThatThrownBy(() -> store.open(artifact))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("outside of the artifact store");
  }

  @Test
  void shouldNameTheSchemeWhenThereIsNoStoreForIt() {
    assertThatThrownBy(() -> ArtifactStore.at(URI.create("ftp://host/root")))
        .hasMessageContaining("ftp://host/root");
  }

  private List<String> filesBelowRoot() throws IOException {
    Path root = folder.resolve("root");
    try (var files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    }
  }

  private static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
