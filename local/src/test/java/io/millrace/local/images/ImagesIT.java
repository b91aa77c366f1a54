package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.Millrace;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The trainer's image, which holds every native library, and runs of it as a strict pod has it. */
@Tag("images")
@Tag("full")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ImagesIT {
  private static final List<String> LOAD_NATIVE_LIBRARIES =
      List.of(
          "ai.onnxruntime.OrtEnvironment",
          "com.github.luben.zstd.Zstd",
          "ml.dmlc.xgboost4j.java.XGBoostJNI",
          "net.jpountz.lz4.LZ4JNI",
          "org.duckdb.DuckDBNative",
          "org.rocksdb.Options",
          "org.xerial.snappy.Snappy");

  @SuppressWarnings("NullAway.Init")
  @TempDir
  static Path folder;

  private static ImageArchive image;
  private static Path root;

  @BeforeAll
  static void make() throws IOException {
    image = make("first");
    root = Files.createDirectories(folder.resolve("root"));
    image.unpack(root);
  }

  @Test
  void shouldHaveTheSameLayersWhenMadeAgain() {
    ImageArchive again = make("second");

    assertThat(withoutArchive(again)).isEqualTo(withoutArchive(image));
  }

  @Test
  void shouldTurnLiveWithItsStartArchiveForAUserWhoMayWriteToOneFolderOnly() throws Exception {
    String log =
        run(
            "8084",
            image.entrypoint(),
            "MILLRACE_NEIGHBOURS_MUST_BE_NAMED=false",
            "JDK_JAVA_OPTIONS=-XX:AOTMode=on -Xlog:aot -Xlog:class+load");

    assertThat(log)
        .contains("Using AOT-linked classes: true")
        .contains("io.millrace.trainer", "source: shared objects file")
        .contains("Listening on: http://0.0.0.0:8084")
        .contains("millrace-trainer stopped")
        .doesNotContain("UnsatisfiedLinkError");
  }

  @Test
  void shouldEndAndSayWhatToSetWhenItIsNotToldWhereItsNeighboursAre() throws Exception {
    String log = run("8084", image.entrypoint());

    assertThat(log)
        .contains("SETTINGS_MISSING: set KAFKA_BOOTSTRAP_SERVERS")
        .doesNotContain("Listening on");
  }

  @Test
  void shouldLoadEveryNativeLibraryWhereNothingCanBeExecutedInTmp() throws Exception {
    Path classes =
        Path.of(NativeLibrariesLoad.class.getName().replace('.', File.separatorChar) + ".class");
    Path check = root.resolve("check").resolve(classes);
    Files.createDirectories(check.getParent());
    Files.copy(Path.of("target/test-classes").resolve(classes), check);
    List<String> command = new ArrayList<>();
    image.entrypoint().stream()
        .takeWhile(word -> !word.equals("-jar"))
        .filter(word -> !word.startsWith("-XX:AOTCache"))
        .forEach(command::add);
    command.addAll(List.of("-cp", "/check:/app/lib/main/*", NativeLibrariesLoad.class.getName()));
    command.addAll(LOAD_NATIVE_LIBRARIES);

    String log = run("0", command);

    assertThat(log.lines().filter(line -> line.startsWith("loaded ")))
        .as(log)
        .containsExactlyElementsOf(
            LOAD_NATIVE_LIBRARIES.stream().map(name -> "loaded " + name).toList());
  }

  @Test
  void shouldSayWhatItIs() {
    assertThat(image.user()).isEqualTo("65532:65532");
    assertThat(image.labels())
        .containsEntry("org.opencontainers.image.title", "Millrace trainer")
        .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
        .containsEntry("io.millrace.start-archive", "true");
    assertThat(root.resolve("licenses")).isDirectoryContaining("glob:**/LICENSE");
    assertThat(root.resolve("licenses/THIRD-PARTY-NOTICES"))
        .content()
        .contains("ml.dmlc:xgboost4j");
    assertThat(root.resolve("licenses/sbom.cdx.json"))
        .hasSameBinaryContentAs(folder.resolve("first/millrace-trainer.cdx.json"));
  }

  private static ImageArchive make(String name) {
    Path output = folder.resolve(name);
    assertThat(
            Millrace.run(
                "images", "--offline-base", "--only", "trainer", "--output", output.toString()))
        .isZero();
    return ImageArchive.open(output.resolve("millrace-trainer.tar"), output.resolve("opened"));
  }

  private static Map<String, String> withoutArchive(ImageArchive image) {
    Map<String, String> layers = new LinkedHashMap<>(image.layers());
    assertThat(layers)
        .containsOnlyKeys(
            "base",
            "native libraries",
            "libraries",
            "data folder",
            "licences",
            "code",
            "start archive");
    layers.remove("start archive");
    return layers;
  }

  /** Runs a command as the image's user, with the root read-only and nothing executable in /tmp. */
  private static String run(String port, List<String> command, String... environment)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"));
    words.addAll(List.of("bash", script("as-a-pod.sh"), root.toString(), "65532"));
    words.addAll(List.of("bash", script("until-live.sh"), root.toString(), port, "env", "-i"));
    words.addAll(image.environment());
    words.addAll(List.of(environment));
    words.addAll(List.of("/usr/sbin/chroot", "--userspec=" + image.user(), root.toString()));
    words.addAll(command);
    Path log = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.onExit().join();
    return Files.readString(log);
  }

  private static String script(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = ImagesIT.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(in), file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file.toString();
  }
}
