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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one image runs.
 *
 * @param version of Millrace
 * @param libraries jars of others
 * @param code our own, and what the build made of it
 * @param launch what follows the options of {@code java}, or a program and its arguments
 * @param isInJvm whether it is run by {@code java}
 * @param folders what it may write to, each behind the one that it is in
 * @param port where it is reached
 * @param sbom what it is made of, as CycloneDX
 */
record Application(
    String name,
    String version,
    List<ImageFile> libraries,
    List<ImageFile> code,
    List<String> launch,
    boolean isInJvm,
    Map<String, String> environment,
    List<String> folders,
    OptionalInt port,
    Optional<Path> sbom) {
  static final String FOLDER = "/app";

  /** The one folder that is written to: state, copies of artifacts, temporary files. */
  static final String DATA = "/var/lib/millrace";

  static final String COMMAND_LINE = "cli";

  private static final String OURS = "(io\\.millrace\\.)?millrace-.*\\.jar";

  static Application of(Service service, Installation installation) {
    Map<Boolean, List<ImageFile>> byOwner =
        filesOfQuarkus(installation.serviceFolder(service)).stream()
            .collect(Collectors.partitioningBy(Application::isOthers));
    Path sbom = installation.serviceSbom(service);
    Map<String, String> environment = new TreeMap<>(Service.ENVIRONMENT);
    environment.put("HOME", DATA);
    environment.put("MILLRACE_NEIGHBOURS_MUST_BE_NAMED", "true");
    environment.put("MILLRACE_STATE_DIR", DATA + "/state");
    environment.put("QUARKUS_HTTP_HOST", "0.0.0.0");
    return new Application(
        service.serviceName(),
        Sbom.read(sbom).version(),
        byOwner.getOrDefault(true, List.of()),
        byOwner.getOrDefault(false, List.of()),
        List.of("-jar", FOLDER + "/quarkus-run.jar"),
        true,
        environment,
        List.of(DATA),
        OptionalInt.of(service.port()),
        Optional.of(sbom));
  }

  /** What an application of Quarkus runs from. */
  static List<ImageFile> filesOfQuarkus(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> inApp(file, folder.relativize(file)))
          .filter(file -> file.name().endsWith(".jar") || file.name().endsWith(".dat"))
          .sorted((one, other) -> one.target().compareTo(other.target()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    Path sbom = installation.commandLineSbom();
    Map<String, String> environment = new TreeMap<>(Service.ENVIRONMENT);
    environment.put("HOME", DATA);
    return new Application(
        COMMAND_LINE,
        Sbom.read(sbom).version(),
        jars.stream().filter(Application::isOthers).toList(),
        code,
        List.of(
            "-Dslf4j.internal.verbosity=ERROR",
            "@" + FOLDER + "/class-path",
            "io.millrace.local.Millrace"),
        true,
        environment,
        List.of(DATA),
        OptionalInt.empty(),
        Optional.of(sbom));
  }

  /** A program that is none of ours writes into the folder it runs in. */
  String workingDirectory() {
    return isInJvm ? FOLDER : DATA;
  }

  private static ImageFile inApp(Path file, Path relative) {
    return new ImageFile(file, FOLDER + "/" + relative.toString().replace(File.separatorChar, '/'));
  }

  private static boolean isOthers(ImageFile file) {
    return file.target().startsWith(FOLDER + "/lib/") && !file.name().matches(OURS);
  }
}
