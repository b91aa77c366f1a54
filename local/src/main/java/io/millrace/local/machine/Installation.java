package io.millrace.local.machine;

import io.millrace.local.terminal.CommandFailedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the build has made, by the root of the source tree.
 *
 * @param root the folder with the entry script
 */
public record Installation(Path root) {
  private static final String PROPERTY = "millrace.root";

  /** The tree named by {@code -Dmillrace.root}, else the one around the working directory. */
  public static Installation find() {
    return ifAny()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    Path.of("").toAbsolutePath()
                        + " is not inside a Millrace source tree; run ./millrace, or set -D"
                        + PROPERTY));
  }

  /** The same; nothing where there is none, as in an image. */
  static Optional<Installation> ifAny() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return Optional.of(new Installation(Path.of(named).toAbsolutePath().normalize()));
    }
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .filter(
            folder ->
                Files.exists(folder.resolve("millrace"))
                    && Files.exists(folder.resolve("local/pom.xml")))
        .findFirst()
        .map(Installation::new);
  }

  /** The broker's jars, as a class path. */
  public String brokerClassPath() {
    return brokerFolder() + "/*";
  }

  /** Everything that the broker runs from. */
  public Path brokerFolder() {
    return built("local/runtime/target/broker");
  }

  public Path registryJar() {
    return registryFolder().resolve("quarkus-run.jar");
  }

  /** Everything that the registry runs from. */
  public Path registryFolder() {
    return built("local/runtime/target/registry");
  }

  /** The jars of an S3 endpoint. */
  public Path s3Folder() {
    return built("local/s3/target/s3");
  }

  /** The server executable for this operating system and processor. */
  public Path redisServer() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    boolean arm = System.getProperty("os.arch").matches("aarch64|arm64");
    return os.contains("mac")
        ? built(
            "local/runtime/target/redis/redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64"))
        : redisServerOnLinux(arm);
  }

  /** The server executable for Linux, on ARM or x86 with 64 bits. */
  public Path redisServerOnLinux(boolean arm) {
    return built(
        "local/runtime/target/redis/"
            + (arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64"));
  }

  public Path serviceJar(Service service) {
    return serviceFolder(service).resolve("quarkus-run.jar");
  }

  /** Everything that a service runs from. */
  public Path serviceFolder(Service service) {
    return built("services/" + service.serviceName() + "/target/quarkus-app");
  }

  /** What a service is made of, as CycloneDX. */
  public Path serviceSbom(Service service) {
    return built("services/" + service.serviceName() + "/target/bom.json");
  }

  /** The class path of the command line, its own jar first. */
  public List<Path> commandLineJars() {
    try {
      Stream<Path> libraries =
          Arrays.stream(
                  Files.readString(built("local/target/class-path")).split(File.pathSeparator))
              .map(Path::of);
      return Stream.concat(Stream.of(commandLineJar()), libraries).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path commandLineJar() throws IOException {
    Path folder = built("local/target");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().matches("millrace-local-[\\d.]+(-SNAPSHOT)?\\.jar"))
          .findAny()
          .orElseGet(() -> built("local/target/millrace-local.jar"));
    }
  }

  /** What the command line is made of, as CycloneDX. */
  public Path commandLineSbom() {
    return built("local/target/bom.json");
  }

  /** The same JVM for everything. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Path built(String relative) {
    Path path = root.resolve(relative);
    if (!Files.exists(path)) {
      throw new CommandFailedException(
          path + " is missing; run ./millrace, which builds it (or: mvn -DskipTests package)");
    }
    return path;
  }
}
