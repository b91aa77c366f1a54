package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that is full, or is mounted for reading only. */
@Tag("mount")
class FileArtifactStoreIT {
  private static final int DISK_BYTES = 1 << 20;
  private static final byte[] HALF = new byte[DISK_BYTES / 2];
  private static final byte[] LARGE = new byte[DISK_BYTES / 4 * 3];

  @TempDir Path folder;

  @BeforeEach
  void mount() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "none", folder.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", folder.toString());
  }

  @Test
  void shouldKeepWhatIsThereWhileTheDiskIsFullAndTakeMoreWhenThereIsRoom() throws Exception {
    ArtifactStore store = ArtifactStore.at(folder.resolve("root").toUri());
    Artifact kept = store.put(new byte[] {1, 2, 3}, "flights/parts", ".parquet");
    Path ballast = Files.write(folder.resolve("ballast"), HALF);

    assertThatThrownBy(() -> store.put(LARGE, "flights/models", ".onnx"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ArtifactException.class);

    assertThat(store.verify(kept)).isEqualTo(new Verification.Intact());
    assertThat(files()).containsExactly(folder.relativize(ballast), nameOf(kept));

    Files.delete(ballast);
    Artifact put = store.put(LARGE, "flights/models", ".onnx");
    assertThat(store.verify(put)).isEqualTo(new Verification.Intact());
  }

  @Test
  void shouldReadWhatIsThereWhileTheDiskIsReadOnlyAndTakeMoreWhenItIsNot() throws Exception {
    ArtifactStore store = ArtifactStore.at(folder.resolve("root").toUri());
    Artifact kept = store.put(new byte[] {1, 2, 3}, "flights/parts", ".parquet");
    run("mount", "-o", "remount,ro", folder.toString());

    assertThatThrownBy(() -> store.put(HALF, "flights/models", ".onnx"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ArtifactException.class);

    assertThat(store.verify(kept)).isEqualTo(new Verification.Intact());

    run("mount", "-o", "remount,rw", folder.toString());
    Artifact put = store.put(HALF, "flights/models", ".onnx");
    assertThat(store.verify(put)).isEqualTo(new Verification.Intact());
  }

  private Path nameOf(Artifact artifact) {
    return folder.relativize(Path.of(artifact.uri()));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
  }
}
