package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, and several caches of one, in a folder. */
class FileCacheIT {
  private static final long BYTES = 100;

  @TempDir Path folder;

  @Test
  void shouldGiveEachCacheAFolderOfItsOwnAndAFreeOneToTheNext() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader says = new BufferedReader(new InputStreamReader(other.getInputStream()))) {
      assertThat(says.readLine()).isEqualTo("0");

      try (FileCache second = FileCache.open(folder, BYTES);
          FileCache third = FileCache.open(folder, BYTES)) {
        assertThat(numbers(second, third)).containsExactly("1", "2");
        second.close();
        try (FileCache next = FileCache.open(folder, BYTES)) {
          assertThat(numbers(next)).containsExactly("1");
        }
      }

      other.destroyForcibly().waitFor();
      try (FileCache successor = FileCache.open(folder, BYTES)) {
        assertThat(numbers(successor)).containsExactly("0");
        Artifact left =
            new Artifact(URI.create("s3://b/a"), ArtifactStoreContract.SHA256_OF_ABC, 3);
        try (LocalFile copy = successor.find(left).orElseThrow()) {
          assertThat(copy.path()).hasContent("abc");
        }
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  private static List<String> numbers(FileCache... caches) {
    return List.of(caches).stream()
        .map(cache -> cache.newFile().getParent().getFileName().toString())
        .toList();
  }

  /** The other process: keeps a copy and its folder until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      FileCache cache = FileCache.open(Path.of(args[0]), BYTES);
      Path file = Files.writeString(cache.newFile(), "abc");
      cache.keep(
          file, new Artifact(URI.create("s3://b/a"), ArtifactStoreContract.SHA256_OF_ABC, 3));
      System.out.println(numbers(cache).getFirst());
      Thread.currentThread().join();
    }
  }
}
