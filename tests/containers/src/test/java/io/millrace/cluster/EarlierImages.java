package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Images of an earlier commit in the cluster, under a tag of their own. */
final class EarlierImages {
  static final String TAG = "earlier";

  private static final Path TARGET = LocalRelease.ROOT.resolve("tests/containers/target");
  private static final int BUILD_MINUTES = 25;

  private EarlierImages() {}

  /**
   * Builds them and brings them to the nodes.
   *
   * @param revision of Git
   */
  static void load(String revision, List<String> services) throws Exception {
    Path tree = TARGET.resolve("earlier");
    if (Files.exists(tree)) {
      run(LocalRelease.ROOT, "git", "worktree", "remove", "--force", tree.toString());
    }
    run(LocalRelease.ROOT, "git", "worktree", "prune");
    run(LocalRelease.ROOT, "git", "worktree", "add", "--detach", tree.toString(), revision);
    try {
      load(tree, services);
    } finally {
      run(LocalRelease.ROOT, "git", "worktree", "remove", "--force", tree.toString());
    }
  }

  private static void load(Path tree, List<String> services) throws Exception {
    Path images = tree.resolve(".millrace/images");
    run(tree, "./millrace", "images", "--offline-base", "--only", String.join(",", services));
    for (String service : services) {
      Path tagged = tag(images.resolve("millrace-" + service + ".tar"));
      String command = System.getenv("MILLRACE_LOAD_IMAGE") + " " + tagged;
      run(tree, "sh", "-c", command);
    }
  }

  private static Path tag(Path archive) throws Exception {
    Path files = archive.resolveSibling("files-" + archive.getFileName());
    Files.createDirectories(files);
    run(files, "tar", "-x", "-f", archive.toString());
    Path manifest = files.resolve("manifest.json");
    String version = System.getProperty("millrace.version");
    String text = Files.readString(manifest);
    assertThat(text).contains(":" + version + "\"");
    Files.writeString(manifest, text.replace(":" + version + "\"", ":" + TAG + "\""));
    Path tagged = archive.resolveSibling(TAG + "-" + archive.getFileName());
    run(files, "sh", "-c", "tar -c -f '" + tagged + "' *");
    return tagged;
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("earlier", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Arrays.toString(command) + Files.readString(log)).isZero();
    } finally {
      Files.deleteIfExists(log);
    }
  }
}
