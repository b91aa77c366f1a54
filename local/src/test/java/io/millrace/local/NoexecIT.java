package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.images.NativeLibrariesLoad;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command loads where nothing can be executed in the JVM's usual temporary folder. */
@Tag("mount")
class NoexecIT {
  private static final List<String> LIBRARIES =
      List.of(
          "ai.onnxruntime.OrtEnvironment",
          "com.github.luben.zstd.Zstd",
          "org.duckdb.DuckDBNative",
          "org.xerial.snappy.Snappy");

  /** In a name space of its own, so that the mount is gone when it has ended. */
  private static final String WITHOUT_EXECUTION =
      "mount -t tmpfs -o noexec,size=256m none \"$0\" && exec \"$@\"";

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private Path usual;

  @BeforeEach
  void makeFolder() throws IOException {
    usual = Files.createDirectory(folder.resolve("tmp"));
  }

  @Test
  void shouldLoadEveryNativeLibraryOfACommand() throws Exception {
    // Given the script beside a build, and a JDK that loads libraries in place of the command
    Path target = Files.createDirectories(folder.resolve("tree/local/target/classes"));
    Files.writeString(
        target.resolveSibling("class-path"), System.getProperty("java.class.path", ""));
    Path script = folder.resolve("tree/millrace");
    Files.copy(Installation.find().root().resolve("millrace"), script);
    Files.createDirectories(folder.resolve("tree/.millrace"));
    Files.createFile(folder.resolve("tree/.millrace/built"));
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"), "JAVA_VERSION=\"" + Runtime.version().feature() + "\"\n");
    executable(jdk.resolve("bin/javac"), "exit 0");
    executable(
        jdk.resolve("bin/java"),
        "while [ \"$1\" != " + Millrace.class.getName() + " ]; do",
        "  options=\"$options $1\" && shift",
        "done",
        "shift 2",
        "exec "
            + Installation.java()
            + " $options "
            + NativeLibrariesLoad.class.getName()
            + " \"$@\"");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "JAVA_HOME=" + jdk, "MILLRACE_JVM_FOLDERS="));
    command.addAll(List.of("PATH=" + jdk + "/bin:" + System.getenv("PATH")));
    command.addAll(List.of("bash", script.toString(), "replay"));
    command.addAll(LIBRARIES);

    String output = run(command);

    assertThat(output.lines().filter(line -> line.startsWith("loaded ")))
        .as(output)
        .containsExactlyElementsOf(LIBRARIES.stream().map(name -> "loaded " + name).toList());
    assertThat(usual).isEmptyDirectory();
  }

  /** Else the other test would show nothing. */
  @Test
  void shouldNotLoadThemThereWithoutTheScript() throws Exception {
    assertThat(
            run(
                List.of(
                    Installation.java(),
                    "-cp",
                    System.getProperty("java.class.path", ""),
                    NativeLibrariesLoad.class.getName(),
                    "org.duckdb.DuckDBNative")))
        .contains("failed to map segment from shared object")
        .doesNotContain("loaded ");
  }

  private static void executable(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private String run(List<String> command) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("unshare", "--mount", "sh", "-c", WITHOUT_EXECUTION, usual.toString()));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + usual);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
