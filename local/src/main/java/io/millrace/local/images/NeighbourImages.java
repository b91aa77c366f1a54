package io.millrace.local.images;

import io.millrace.local.machine.Installation;
import io.millrace.local.system.Broker;
import io.millrace.local.system.Redis;
import io.millrace.local.system.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What the services speak to, from what {@code ./millrace up} runs: for places where no image of
 * theirs can be pulled, and for one node.
 */
final class NeighbourImages {
  static final String BROKER = "broker";
  static final String REGISTRY = "registry";
  static final String REDIS = "redis";
  static final String S3 = "s3";

  /** In the order in which they are made. */
  static final List<String> NAMES = List.of(BROKER, REGISTRY, REDIS, S3);

  /** Where the settings are found that a user has to mount. */
  static final String SETTINGS = "/etc/millrace";

  private static final String BUCKET = "millrace";

  private final Installation installation;
  private final Architecture architecture;
  private final String version;

  NeighbourImages(Installation installation, Architecture architecture) {
    this.installation = installation;
    this.architecture = architecture;
    this.version = Sbom.read(installation.commandLineSbom()).version();
  }

  /**
   * One of {@link #NAMES}.
   *
   * @param work takes files that are made for it
   */
  Application application(String name, Path work) {
    return switch (name) {
      case BROKER -> broker(work);
      case REGISTRY -> registry();
      case REDIS -> redis();
      case S3 -> s3();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Kafka, as {@code SETTINGS/broker.properties} says; its log folder has to be formatted. */
  private Application broker(Path work) {
    String logging = Application.FOLDER + "/log4j2.properties";
    Path written = work.resolve("log4j2.properties");
    try {
      Files.writeString(written, Broker.LOGGING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inJvm(
        BROKER,
        9092,
        jars(installation.brokerFolder()),
        List.of(new ImageFile(written, logging)),
        List.of(
            "-Dlog4j2.configurationFile=" + logging,
            "-cp",
            Application.FOLDER + "/lib/*",
            "kafka.Kafka",
            SETTINGS + "/broker.properties"),
        List.of(Application.DATA));
  }

  /** Apicurio on an H2 file. */
  private Application registry() {
    List<String> launch = new ArrayList<>(Registry.storage(Path.of(Application.DATA)));
    launch.add("-Dquarkus.http.host=0.0.0.0");
    launch.add("-Dquarkus.management.host=0.0.0.0");
    launch.addAll(List.of("-jar", Application.FOLDER + "/quarkus-run.jar"));
    return inJvm(
        REGISTRY,
        8080,
        Application.filesOfQuarkus(installation.registryFolder()),
        List.of(),
        launch,
        List.of(Application.DATA));
  }

  /** S3Proxy over a folder, as {@code SETTINGS/s3.properties} says, with a bucket. */
  private Application s3() {
    String buckets = Application.DATA + "/buckets";
    return inJvm(
        S3,
        9000,
        jars(installation.s3Folder()),
        List.of(),
        List.of(
            "-Dorg.slf4j.simpleLogger.logFile=System.out", // S3Proxy logs what goes to System.err
            "-cp",
            Application.FOLDER + "/lib/*",
            "org.gaul.s3proxy.Main",
            "--properties",
            SETTINGS + "/s3.properties"),
        List.of(Application.DATA, buckets, buckets + "/" + BUCKET));
  }

  private Application inJvm(
      String name,
      int port,
      List<ImageFile> libraries,
      List<ImageFile> code,
      List<String> launch,
      List<String> folders) {
    return new Application(
        name,
        version,
        libraries,
        code,
        launch,
        true,
        Map.of("HOME", Application.DATA),
        folders,
        OptionalInt.of(port),
        Optional.empty());
  }

  /** With an append-only file; who may reach it is for others to say. */
  private Application redis() {
    String program = Application.FOLDER + "/redis-server";
    List<String> launch = new ArrayList<>(List.of(program));
    launch.addAll(Redis.STORAGE);
    launch.addAll(List.of("--protected-mode", "no"));
    return new Application(
        REDIS,
        version,
        List.of(
            new ImageFile(
                installation.redisServerOnLinux(architecture == Architecture.ARM64),
                program,
                true)),
        List.of(),
        launch,
        false,
        Map.of("HOME", Application.DATA),
        List.of(Application.DATA),
        OptionalInt.of(6379),
        Optional.empty());
  }

  private static List<ImageFile> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .sorted()
          .map(jar -> new ImageFile(jar, Application.FOLDER + "/lib/" + jar.getFileName()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
