package io.millrace.local.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.common.base.Throwables;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The image of one application: what is in which layer, and how it starts. */
final class ApplicationImage {
  static final int USER = 65532;

  /** Where the start archive is in the image. */
  static final String START_ARCHIVE = Application.FOLDER + "/start.aot";

  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");

  private static final String OWNER = USER + ":" + USER;

  private static final List<String> JVM =
      List.of(
          "-XX:MaxRAMPercentage=50",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:ErrorFile=" + Application.DATA + "/hs_err_pid%p.log",
          "-Djava.io.tmpdir=" + Application.DATA);

  /** Protobuf and Netty use what the JDK will take away one day. */
  private static final String QUIET = "--sun-misc-unsafe-memory-access=allow";

  private final Application application;
  private final Build build;
  private final Path work;
  private final NativeLibraries.Unpacked unpacked;

  /**
   * What all images of one call have in common.
   *
   * @param base as Jib names images: {@code eclipse-temurin:25-jre}, {@code tar://FILE}
   * @param baseName for people
   * @param licence of the project
   * @param cache keeps layers
   */
  record Build(
      String base,
      String baseName,
      Architecture architecture,
      Optional<Revision> revision,
      Path licence,
      Path cache) {}

  /**
   * @param work takes files that are made for it
   */
  ApplicationImage(Application application, Build build, Path work) {
    this.application = application;
    this.build = build;
    this.work = work;
    this.unpacked = new NativeLibraries(build.architecture()).unpack(application.libraries(), work);
  }

  /** Such as {@code millrace/serving:1.0}. */
  String reference() {
    return "millrace/" + application.name() + ":" + application.version();
  }

  /** Writes the image as {@code docker load} takes it; nothing goes on behind it. */
  void write(Path archive, Optional<Path> startArchive) {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      containerBuilder(startArchive)
          .containerize(
              Containerizer.to(TarImage.at(archive).named(reference()))
                  .setToolName("millrace")
                  .setExecutorService(threads)
                  .setBaseImageLayersCache(build.cache().resolve("base"))
                  .setApplicationLayersCache(build.cache().resolve("application")));
    } catch (InvalidImageReferenceException e) {
      throw new CommandFailedException(build.base() + " names no image", e);
    } catch (IOException
        | RegistryException
        | ExecutionException
        | CacheDirectoryCreationException e) {
      throw new CommandFailedException(
          "the image of %s on %s could not be made: %s%s"
              .formatted(
                  application.name(),
                  build.baseName(),
                  Throwables.getRootCause(e).getMessage(),
                  build.base().startsWith(Jib.TAR_IMAGE_PREFIX)
                      ? ""
                      : " (--offline-base pulls no image)"),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  private JibContainerBuilder containerBuilder(Optional<Path> startArchive)
      throws InvalidImageReferenceException {
    JibContainerBuilder image =
        Jib.from(build.base())
            .setPlatforms(Set.of(new Platform(build.architecture().imageName(), "linux")))
            .addFileEntriesLayer(layer("native libraries", unpacked.libraries()))
            .addFileEntriesLayer(layer("libraries", unpacked.jars()))
            .addFileEntriesLayer(dataFolder())
            .addFileEntriesLayer(layer("licences", documents()))
            .addFileEntriesLayer(layer("code", application.code()))
            .setEntrypoint(entrypoint(startArchive.isPresent()))
            .setEnvironment(application.environment())
            .setLabels(labels(startArchive.isPresent()))
            .setCreationTime(build.revision().map(Revision::time).orElse(Instant.EPOCH))
            .setUser(OWNER)
            .setWorkingDirectory(AbsoluteUnixPath.get(application.workingDirectory()))
            .addVolume(AbsoluteUnixPath.get(Application.DATA));
    application.port().ifPresent(port -> image.addExposedPort(Port.tcp(port)));
    startArchive.ifPresent(
        file ->
            image.addFileEntriesLayer(
                layer("start archive", List.of(new ImageFile(file, START_ARCHIVE)))));
    return image;
  }

  private List<String> entrypoint(boolean hasStartArchive) {
    if (!application.isInJvm()) {
      return application.launch();
    }
    List<String> command = new ArrayList<>(List.of("java"));
    if (hasStartArchive) {
      command.add("-XX:AOTCache=" + START_ARCHIVE);
      command.add(QUIET); // a runtime that knows archives knows it, too
    }
    command.addAll(JVM);
    command.addAll(unpacked.options());
    command.addAll(application.launch());
    return command;
  }

  private Map<String, String> labels(boolean hasStartArchive) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("org.opencontainers.image.title", "Millrace " + application.name());
    labels.put("org.opencontainers.image.version", application.version());
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    labels.put("org.opencontainers.image.base.name", build.baseName());
    build
        .revision()
        .ifPresent(
            revision -> {
              labels.put("org.opencontainers.image.revision", revision.id());
              labels.put("org.opencontainers.image.created", revision.time().toString());
            });
    labels.put("io.millrace.start-archive", String.valueOf(hasStartArchive));
    return labels;
  }

  private List<ImageFile> documents() {
    List<ImageFile> documents = new ArrayList<>();
    documents.add(new ImageFile(build.licence(), "/licenses/LICENSE"));
    application
        .sbom()
        .ifPresent(
            sbom -> {
              documents.add(new ImageFile(notices(sbom), "/licenses/THIRD-PARTY-NOTICES"));
              documents.add(new ImageFile(sbom, "/licenses/sbom.cdx.json"));
            });
    return documents;
  }

  private Path notices(Path sbom) {
    try {
      return Files.writeString(
          work.resolve("THIRD-PARTY-NOTICES"), Sbom.read(sbom).thirdPartyNotices());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileEntriesLayer dataFolder() {
    Path empty = work.resolve("data");
    try {
      Files.createDirectories(empty);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("data folder");
    for (String folder : application.folders()) {
      layer.addEntry(
          empty,
          AbsoluteUnixPath.get(folder),
          FilePermissions.fromOctalString("755"),
          FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
          OWNER);
    }
    return layer.build();
  }

  /** Jib gives each file the same fixed time, and takes them in the order of their paths. */
  private static FileEntriesLayer layer(String name, List<ImageFile> files) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (ImageFile file : files) {
      layer.addEntry(
          file.source(),
          AbsoluteUnixPath.get(file.target()),
          file.isProgram() ? PROGRAM : FilePermissions.DEFAULT_FILE_PERMISSIONS);
    }
    return layer.build();
  }
}
