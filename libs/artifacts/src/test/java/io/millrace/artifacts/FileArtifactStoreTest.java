package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest extends ArtifactStoreContract {
  @TempDir Path folder;
  private ArtifactStore store = ArtifactStore.at(URI.create("file:///unused"));

  @BeforeEach
  void open() {
    store = another();
  }

  @Override
  ArtifactStore store() {
    return store;
  }

  @Override
  ArtifactStore another() {
    return ArtifactStore.at(folder.resolve("root").toUri());
  }

  @Override
  URI uri(String name) {
    return folder.resolve("root").resolve(name).toUri();
  }

  @Override
  void overwrite(String name, byte[] content) throws IOException {
    Files.write(folder.resolve("root").resolve(name), content);
  }

  @Override
  void delete(String name) throws IOException {
    Files.delete(folder.resolve("root").resolve(name));
  }

  @Override
  List<String> names() throws IOException {
    Path root = folder.resolve("root");
    if (!Files.exists(root)) {
      return List.of();
    }
    try (var files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    }
  }

  @Test
  void shouldMakeNoRootForANameThatIsRefused() {
    assertThatThrownBy(() -> store.put(content("abc"), "../a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("root")).doesNotExist();
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
    assertThat(names()).containsExactly("a");
  }

  private static void assertAway(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ArtifactException.class)
        .hasMessageContaining("the artifact store is away");
  }

  @Test
  void shouldNameTheSchemeWhenThereIsNoStoreForIt() {
    assertThatThrownBy(() -> ArtifactStore.at(URI.create("ftp://host/root")))
        .hasMessageContaining("ftp://host/root");
  }
}
