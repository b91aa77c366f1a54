package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.images.NativeLibraries.Unpacked;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldUnpackTheLibraryOfTheProcessorAndLeaveTheJarWithoutAny() throws IOException {
    ImageFile jar =
        jar(
            "org.rocksdb.rocksdbjni-9.7.3.jar",
            "org/rocksdb/RocksDB.class",
            "librocksdbjni-linux64.so",
            "librocksdbjni-linux64-musl.so",
            "librocksdbjni-linux-aarch64.so",
            "librocksdbjni-osx-arm64.jnilib");

    Unpacked amd64 = unpack(Architecture.AMD64, jar);
    Unpacked arm64 = unpack(Architecture.ARM64, jar);

    assertThat(contents(amd64)).containsExactly("librocksdbjni-linux64.so");
    assertThat(contents(arm64)).containsExactly("librocksdbjni-linux-aarch64.so");
    assertThat(amd64.libraries().getFirst().target()).isEqualTo("/app/native/librocksdbjni.so");
    assertThat(amd64.jars().getFirst().target()).isEqualTo(jar.target());
    assertThat(entries(amd64.jars().getFirst())).containsExactly("org/rocksdb/RocksDB.class");
    assertThat(amd64.options()).containsExactly("-Djava.library.path=/app/native");
  }

  @Test
  void shouldTellALoaderThatWantsItsOwnSetting() throws IOException {
    Unpacked unpacked =
        unpack(
            Architecture.AMD64,
            jar(
                "com.github.luben.zstd-jni-1.5.6-10.jar",
                "linux/amd64/libzstd-jni-1.5.6-10.so",
                "linux/aarch64/libzstd-jni-1.5.6-10.so",
                "freebsd/amd64/libzstd-jni-1.5.6-10.so"));

    assertThat(contents(unpacked)).containsExactly("linux/amd64/libzstd-jni-1.5.6-10.so");
    assertThat(unpacked.options()).contains("-DZstdNativePath=/app/native/libzstd-jni.so");
  }

  @Test
  void shouldUnpackAllThatAJarHoldsForTheProcessor() throws IOException {
    Unpacked unpacked =
        unpack(
            Architecture.AMD64,
            jar(
                "onnxruntime-1.29.0.jar",
                "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so",
                "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so"));

    assertThat(contents(unpacked))
        .containsExactly(
            "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
            "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so");
  }

  @Test
  void shouldKeepInTheJarWhatIsReadFromTheClassPathOnly() throws IOException {
    Unpacked unpacked =
        unpack(
            Architecture.AMD64,
            jar(
                "ml.dmlc.xgboost4j_2.12-3.0.4.jar",
                "lib/linux/x86_64/libxgboost4j.so",
                "lib/linux/aarch64/libxgboost4j.so",
                "lib/macos/aarch64/libxgboost4j.dylib"));

    assertThat(unpacked.libraries()).isEmpty();
    assertThat(entries(unpacked.jars().getFirst()))
        .containsExactly("lib/linux/x86_64/libxgboost4j.so");
  }

  @Test
  void shouldLeaveOtherJarsAsTheyAre() throws IOException {
    ImageFile jar = jar("io.netty.netty-common-4.1.130.Final.jar", "libother.so");

    assertThat(unpack(Architecture.AMD64, jar).jars()).containsExactly(jar);
  }

  @Test
  void shouldGiveTheSameBytesFromTheSameJar() throws IOException {
    ImageFile jar =
        jar("duckdb_jdbc-1.5.5.0.jar", "libduckdb_java.so_linux_amd64", "org/duckdb/Duck.class");

    Unpacked once = unpack(Architecture.AMD64, jar);
    Unpacked again = unpack(Architecture.AMD64, jar);

    assertThat(once.jars().getFirst().source())
        .hasSameBinaryContentAs(again.jars().getFirst().source());
  }

  @Test
  void shouldSayWhichJarHasNothingForTheProcessor() throws IOException {
    ImageFile jar = jar("duckdb_jdbc-1.5.5.0.jar", "libduckdb_java.so_linux_amd64");

    assertThatThrownBy(() -> unpack(Architecture.ARM64, jar))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("duckdb_jdbc-1.5.5.0.jar has no libduckdb_java.so for Linux on arm64");
  }

  /** Each entry holds its own name. */
  private ImageFile jar(String name, String... entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
    return new ImageFile(file, "/app/lib/main/" + name);
  }

  private Unpacked unpack(Architecture architecture, ImageFile jar) throws IOException {
    return new NativeLibraries(architecture)
        .unpack(List.of(jar), Files.createTempDirectory(folder, "work"));
  }

  private static List<String> contents(Unpacked unpacked) throws IOException {
    List<String> contents = new ArrayList<>();
    for (ImageFile library : unpacked.libraries()) {
      contents.add(Files.readString(library.source()));
    }
    return contents;
  }

  private static List<String> entries(ImageFile jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.source().toFile())) {
      return zip.stream().map(ZipEntry::getName).toList();
    }
  }
}
