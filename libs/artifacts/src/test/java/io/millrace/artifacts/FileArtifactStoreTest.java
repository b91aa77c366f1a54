package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
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

  @Test
  void shouldReadAFileOnceToHandItOutUntilItChanges() throws IOException {
    List<Path> read = new ArrayList<>();
    ArtifactStore reader = reader(2, read);
    Artifact artifact = store.put(content("abc"), "a");
    Path file = folder.resolve("root").resolve("a");

    for (int time = 0; time < 3; time++) {
      assertThat(reader.open(artifact)).hasContent("abc");
    }
    assertThat(read).containsExactly(file);

    FileTime written = Files.getLastModifiedTime(file);
    Files.writeString(file, "abd");
    Files.setLastModifiedTime(file, FileTime.from(written.toInstant().plusSeconds(1)));
    assertThatThrownBy(() -> reader.fetch(artifact))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("damaged: ");
    assertThatThrownBy(() -> reader.fetch(artifact)).isInstanceOf(ArtifactException.class);

    Path other = Files.writeString(folder.resolve("other"), "abd");
    Files.setLastModifiedTime(other, written);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING); // of the same size and time
    assertThatThrownBy(() -> reader.fetch(artifact)).isInstanceOf(ArtifactException.class);
    assertThat(read).hasSize(4);
  }

  @Test
  void shouldReadAFileAgainThatOthersHaveMadeItForget() throws IOException {
    List<Path> read = new ArrayList<>();
    ArtifactStore reader = reader(2, read);
    List<Artifact> artifacts = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      artifacts.add(store.put(content(name), name));
    }

    for (int which : List.of(0, 1, 0, 2, 0, 1)) {
      reader.fetch(artifacts.get(which)).close();
    }

    assertThat(read.stream().map(file -> file.getFileName().toString()))
        .containsExactly("a", "b", "c", "b");
  }

  @Test
  void shouldNeitherListNorDeleteThroughALink() throws IOException {
    store.put(content("abc"), "flights/parts/a");
    Path others = Files.createDirectories(folder.resolve("others/parts"));
    Files.writeString(others.resolve("precious"), "of somebody else");
    Path root = folder.resolve("root");
    Files.createSymbolicLink(root.resolve("rain"), folder.resolve("others"));
    Files.createSymbolicLink(root.resolve("flights/parts/link"), others.resolve("precious"));
    List<String> found = new ArrayList<>();

    store.list("", stored -> found.add(stored.name()));

    assertThat(found).containsExactly("flights/parts/a");
    assertThatThrownBy(() -> delete("rain/parts/precious", LATER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("outside of the artifact store");
    assertThatThrownBy(() -> store.list("rain/parts", stored -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    for (String noFile : List.of("flights/parts/link", "flights/parts", "rain")) {
      assertThatThrownBy(() -> delete(noFile, LATER)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(others.resolve("precious")).hasContent("of somebody else");
  }

  @Test
  void shouldBeAsNewWhenTheSameIsPutAgainLater() throws IOException {
    store.put(content("abc"), "a");
    Instant longAgo = Instant.parse("2001-01-01T00:00:00Z");
    Files.setLastModifiedTime(folder.resolve("root/a"), FileTime.from(longAgo));

    store.put(content("abc"), "a");

    assertThat(delete("a", longAgo.plusSeconds(1))).isEmpty();
    assertThat(names()).containsExactly("a");
  }

  @Test
  void shouldBeAsNewWhenItIsRenewed() throws IOException {
    Artifact artifact = store.put(content("abc"), "a");
    Instant longAgo = Instant.parse("2001-01-01T00:00:00Z");
    Files.setLastModifiedTime(folder.resolve("root/a"), FileTime.from(longAgo));

    store.renew(artifact);

    assertThat(delete("a", longAgo.plusSeconds(1))).isEmpty();
  }

  @Test
  void shouldNotTakeAStoreThatIsAwayForAnEmptyOne() throws IOException {
    store.put(content("abc"), "a");
    Files.move(folder.resolve("root"), folder.resolve("elsewhere"));

    assertAway(() -> store.list("", stored -> {}));
    assertAway(() -> delete("a", LATER));
  }

  private List<ArtifactStore.Stored> delete(String name, Instant before) throws IOException {
    return store.delete(List.of(new ArtifactStore.Stored(name, 3, Instant.EPOCH)), before);
  }

  private ArtifactStore reader(int most, List<Path> read) {
    return new FileArtifactStore(
        folder.resolve("root"),
        new VerifiedFiles(
            most,
            file -> {
              read.add(file);
              return Digest.of(file);
            }));
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
