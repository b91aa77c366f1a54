package io.millrace.local.images;

import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one image runs.
 *
 * @param libraries jars of others
 * @param code our own, and what the build made of it
 * @param launch what follows the options of {@code java}
 * @param port where it answers about its health
 * @param sbom what it is made of, as CycloneDX
 */
record Application(
    String name,
    List<ImageFile> libraries,
    List<ImageFile> code,
    List<String> launch,
    Map<String, String> environment,
    OptionalInt port,
    Path sbom) {
  static final String FOLDER = "/app";

  /** The one folder that is written to: state, copies of artifacts, temporary files. */
  static final String DATA = "/var/lib/millrace";

  static final String COMMAND_LINE = "cli";

  private static final String OURS = "(io\\.millrace\\.)?millrace-.*\\.jar";

  static Application of(Service service, Installation installation) {
    Path folder = installation.serviceFolder(service);
    List<ImageFile> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files =
          tree.filter(Files::isRegularFile)
              .map(file -> inApp(file, folder.relativize(file)))
              .filter(file -> file.name().endsWith(".jar") || file.name().endsWith(".dat"))
              .sorted((one, other) -> one.target().compareTo(other.target()))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Boolean, List<ImageFile>> byOwner =
        files.stream().collect(Collectors.partitioningBy(Application::isOthers));
    Map<String, String> environment = new TreeMap<>(Service.ENVIRONMENT);
    environment.put("HOME", DATA);
    environment.put("MILLRACE_STATE_DIR", DATA + "/state");
    environment.put("QUARKUS_HTTP_HOST", "0.0.0.0");
    return new Application(
        service.serviceName(),
        byOwner.getOrDefault(true, List.of()),
        byOwner.getOrDefault(false, List.of()),
        List.of("-jar", FOLDER + "/quarkus-run.jar"),
        environment,
        OptionalInt.of(service.port()),
        installation.serviceSbom(service));
  }

  /**
   * The command line.
   *
   * @param work takes the file that names its class path
   */
  static Application ofCommandLine(Installation installation, Path work) {
    List<ImageFile> jars =
        installation.commandLineJars().stream()
            .map(jar -> new ImageFile(jar, FOLDER + "/lib/" + jar.getFileName()))
            .toList();
    String classPath =
        jars.stream().map(ImageFile::target).collect(Collectors.joining(File.pathSeparator));
    Path arguments = work.resolve("class-path");
    try {
      Files.writeString(arguments, "-cp\n" + classPath + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ImageFile> code = new ArrayList<>(jars.stream().filter(jar -> !isOthers(jar)).toList());
    code.add(new ImageFile(arguments, FOLDER + "/class-path"));
    return new Application(
        COMMAND_LINE,
        jars.stream().filter(Application::isOthers).toList(),
        code,
        List.of("@" + FOLDER + "/class-path", "io.millrace.local.Millrace"),
        Map.of("HOME", DATA),
        OptionalInt.empty(),
        installation.commandLineSbom());
  }

  private static ImageFile inApp(Path file, Path relative) {
    return new ImageFile(file, FOLDER + "/" + relative.toString().replace(File.separatorChar, '/'));
  }

  private static boolean isOthers(ImageFile file) {
    return file.target().startsWith(FOLDER + "/lib/") && !file.name().matches(OURS);
  }
}
