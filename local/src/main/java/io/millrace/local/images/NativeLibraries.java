package io.millrace.local.images;

import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Jars that bring native libraries for many platforms unpack one at each start, into a folder that
 * has to be writable and executable. In an image that one lies unpacked and the jars hold none.
 */
final class NativeLibraries {
  static final String FOLDER = "/app/native";

  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)(_.+)?");

  /** XGBoost copies its library from the class path, whatever it is told. */
  private static final Library XGBOOST = new Library("xgboost4j", "lib/linux/%s/libxgboost4j.so");

  private static final List<Library> UNPACKED =
      List.of(
          new Library("duckdb_jdbc", "libduckdb_java.so_linux_%s", "libduckdb_java.so"),
          new Library("rocksdbjni", "librocksdbjni-linux%s.so", "librocksdbjni.so"),
          new Library("lz4-java", "net/jpountz/util/linux/%s/liblz4-java.so"),
          new Library("native-linux", "lib/linux-%s/libbrotli.so"),
          new Library(
              "zstd-jni",
              "linux/%s/libzstd-jni-[\\d.-]+.so",
              "libzstd-jni.so",
              "-DZstdNativePath=" + FOLDER + "/libzstd-jni.so"),
          new Library(
              "snappy-java",
              "org/xerial/snappy/native/Linux/%s/libsnappyjava.so",
              "libsnappyjava.so",
              "-Dorg.xerial.snappy.lib.path=" + FOLDER,
              "-Dorg.xerial.snappy.lib.name=libsnappyjava.so"),
          new Library(
              "onnxruntime",
              "ai/onnxruntime/native/linux-%s/libonnxruntime.so",
              "libonnxruntime.so",
              "-Donnxruntime.native.path=" + FOLDER),
          new Library("onnxruntime", "ai/onnxruntime/native/linux-%s/libonnxruntime4j_jni.so"));

  private final Architecture architecture;

  NativeLibraries(Architecture architecture) {
    this.architecture = architecture;
  }

  /**
   * One library in the jars of one artifact.
   *
   * @param entry where it is in them; {@code %s} stands for the processor
   * @param file what its loader looks for
   * @param options of the JVM, so that its loader looks in the folder
   */
  private record Library(String artifact, String entry, String file, List<String> options) {
    Library(String artifact, String entry, String file, String... options) {
      this(artifact, entry, file, List.of(options));
    }

    Library(String artifact, String entry) {
      this(artifact, entry, entry.substring(entry.lastIndexOf('/') + 1));
    }

    boolean isIn(ImageFile jar) {
      return jar.name().matches("(.*\\.)?" + artifact + "(_[\\d.]+)?-[\\w.-]+\\.jar");
    }

    boolean is(ZipArchiveEntry other, Architecture architecture) {
      return other
          .getName()
          .matches(entry.replace(".so", "\\.so").formatted(architecture.libraryNames()));
    }
  }

  /**
   * Jars without native libraries, those libraries, and what the JVM has to be told to find them.
   */
  record Unpacked(List<ImageFile> jars, List<ImageFile> libraries, List<String> options) {}

  /**
   * Unpacks what the jars hold.
   *
   * @param work takes the files
   */
  Unpacked unpack(List<ImageFile> jars, Path work) {
    List<ImageFile> lighter = new ArrayList<>();
    List<ImageFile> libraries = new ArrayList<>();
    List<String> options = new ArrayList<>(List.of("-Djava.library.path=" + FOLDER));
    for (ImageFile jar : jars) {
      List<Library> held = UNPACKED.stream().filter(library -> library.isIn(jar)).toList();
      Optional<Library> kept = Optional.of(XGBOOST).filter(library -> library.isIn(jar));
      for (Library library : held) {
        libraries.add(unpack(library, jar, work));
        options.addAll(library.options());
      }
      lighter.add(held.isEmpty() && kept.isEmpty() ? jar : lighten(jar, kept, work));
    }
    return new Unpacked(lighter, libraries, options);
  }

  private ImageFile unpack(Library library, ImageFile jar, Path work) {
    Path unpacked = work.resolve(library.file());
    try (ZipFile zip = open(jar);
        InputStream in = zip.getInputStream(entry(library, jar, zip))) {
      Files.copy(in, unpacked);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ImageFile(unpacked, FOLDER + "/" + library.file());
  }

  private ZipArchiveEntry entry(Library library, ImageFile jar, ZipFile zip) {
    return Collections.list(zip.getEntries()).stream()
        .filter(entry -> library.is(entry, architecture))
        .findAny()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "%s has no %s for Linux on %s"
                        .formatted(jar.name(), library.file(), architecture.imageName())));
  }

  /** The entries are copied as they are, so that the same jar gives the same bytes. */
  private ImageFile lighten(ImageFile jar, Optional<Library> kept, Path work) {
    Path lighter = work.resolve(jar.name());
    try (ZipFile zip = open(jar);
        ZipArchiveOutputStream out = new ZipArchiveOutputStream(lighter)) {
      zip.copyRawEntries(
          out,
          entry ->
              !NATIVE.matcher(entry.getName()).matches()
                  || kept.filter(library -> library.is(entry, architecture)).isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar.from(lighter);
  }

  private static ZipFile open(ImageFile jar) throws IOException {
    return ZipFile.builder().setPath(jar.source()).get();
  }
}
