package io.millrace.local.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A base that is pulled from no image registry, made from packages of Debian. */
final class DebianImage {
  private static final String JAVA = "opt/java/openjdk";

  /** What a base is for. */
  enum Content {
    /** A runtime linked from the JDK that runs this, and what it and our native libraries need. */
    JVM(
        "base-files",
        "ca-certificates",
        "libc6",
        "libgcc-s1",
        "libgomp1",
        "libstdc++6",
        "netbase",
        "tzdata",
        "zlib1g"),

    /** What Redis is linked to. */
    REDIS("base-files", "libc6", "libgcc-s1", "libssl3", "netbase");

    private final List<String> packages;

    Content(String... packages) {
      this.packages = List.of(packages);
    }
  }

  private static final List<String> MODULES =
      List.of(
          "java.se",
          "jdk.charsets",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.localedata",
          "jdk.management",
          "jdk.management.agent",
          "jdk.naming.dns",
          "jdk.net",
          "jdk.nio.mapmode",
          "jdk.security.auth",
          "jdk.unsupported",
          "jdk.zipfs");

  private final Content content;
  private final Architecture architecture;
  private final Path work;
  private final Path root;

  /**
   * @param work takes all files
   */
  DebianImage(Content content, Architecture architecture, Path work) {
    this.content = content;
    this.architecture = architecture;
    this.work = work;
    this.root = work.resolve("root");
  }

  /** An image as {@code docker load} takes it. */
  Path make() {
    List<String> missing = ExternalCommand.missing("apt-get", "dpkg-deb", "tar");
    if (!missing.isEmpty()) {
      throw new CommandFailedException(
          "an offline base is made on a Debian machine, and this one has no "
              + String.join(", ", missing)
              + "; name an image with --base");
    }
    try {
      Files.createDirectories(root);
      unpackPackages();
      writeAccounts();
      if (content == Content.JVM) {
        joinCertificates();
        linkRuntime();
      }
      return pack();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void unpackPackages() throws IOException {
    Path downloads = Files.createDirectories(work.resolve("packages"));
    List<String> download = new ArrayList<>();
    download.addAll(List.of("apt-get", "-q", "-o", "APT::Sandbox::User=", "download"));
    download.addAll(content.packages);
    download.add(licenceOfGcc());
    new ExternalCommand(download, downloads).run();
    try (Stream<Path> files = Files.list(downloads)) {
      for (Path file : files.sorted().toList()) {
        unpack(file);
      }
    }
  }

  /** The package with the licence of GCC's libraries has GCC's version in its name. */
  private static String licenceOfGcc() {
    return new ExternalCommand(List.of("apt-cache", "depends", "--important", "libgcc-s1"))
        .run()
        .lines()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .filter(name -> name.matches("gcc-\\d+-base"))
        .findFirst()
        .orElseThrow(() -> new CommandFailedException("apt-cache knows no package gcc-…-base"));
  }

  private void unpack(Path debianPackage) throws IOException {
    List<ProcessBuilder> pipeline =
        List.of(
            new ProcessBuilder("dpkg-deb", "--fsys-tarfile", debianPackage.toString()),
            new ProcessBuilder(
                "tar",
                "-x",
                "--keep-directory-symlink",
                "--no-same-owner",
                "--exclude=./usr/share/man",
                "--exclude=./usr/share/locale",
                "-C",
                root.toString()));
    pipeline.forEach(program -> program.redirectError(ProcessBuilder.Redirect.DISCARD));
    for (Process process : ProcessBuilder.startPipeline(pipeline)) {
      if (process.onExit().join().exitValue() != 0) {
        throw new CommandFailedException(debianPackage + " could not be unpacked");
      }
    }
  }

  private void writeAccounts() throws IOException {
    Files.writeString(
        root.resolve("etc/passwd"),
        """
        root:x:0:0:root:/root:/sbin/nologin
        nonroot:x:%1$d:%1$d:nonroot:%2$s:/sbin/nologin
        """
            .formatted(ApplicationImage.USER, Application.DATA));
    Files.writeString(
        root.resolve("etc/group"), "root:x:0:\nnonroot:x:%d:\n".formatted(ApplicationImage.USER));
  }

  /** As the package's own script would, had the package been installed. */
  private void joinCertificates() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> tree = Files.walk(root.resolve("usr/share/ca-certificates"))) {
      for (Path certificate : tree.filter(Files::isRegularFile).sorted().toList()) {
        all.append(Files.readString(certificate, StandardCharsets.US_ASCII));
      }
    }
    Files.writeString(
        Files.createDirectories(root.resolve("etc/ssl/certs")).resolve("ca-certificates.crt"), all);
  }

  private void linkRuntime() throws IOException {
    Files.createDirectories(root.resolve(JAVA).getParent());
    new ExternalCommand(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "--add-modules=" + String.join(",", MODULES),
                "--include-locales=en",
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                "--output=" + root.resolve(JAVA)))
        .run();
  }

  private Path pack() throws IOException {
    Path image = Files.createDirectories(work.resolve("image"));
    Path layer = image.resolve("layer.tar");
    pack(layer, root, ".");
    String created = Instant.EPOCH.toString();
    ObjectMapper json = new ObjectMapper();
    json.writeValue(
        image.resolve("config.json").toFile(),
        Map.of(
            "architecture",
            architecture.imageName(),
            "os",
            "linux",
            "created",
            created,
            "config",
            Map.of(
                "Env",
                List.of(
                    "JAVA_HOME=/" + JAVA, "PATH=/" + JAVA + "/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
            "rootfs",
            Map.of("type", "layers", "diff_ids", List.of("sha256:" + sha256(layer))),
            "history",
            List.of(Map.of("created", created, "comment", "base"))));
    json.writeValue(
        image.resolve("manifest.json").toFile(),
        List.of(
            Map.of(
                "Config",
                "config.json",
                "RepoTags",
                List.of("millrace/base:offline"),
                "Layers",
                List.of("layer.tar"))));
    Path archive = work.resolve("base.tar");
    pack(archive, image, "config.json", "layer.tar", "manifest.json");
    return archive;
  }

  private static void pack(Path archive, Path folder, String... files) {
    List<String> reproducibly =
        List.of(
            "tar",
            "--sort=name",
            "--mtime=@1",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "-c",
            "-f",
            archive.toString(),
            "-C",
            folder.toString());
    new ExternalCommand(Stream.concat(reproducibly.stream(), Stream.of(files)).toList()).run();
  }

  private static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
