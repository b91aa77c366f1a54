package io.millrace.local.images;

import com.google.cloud.tools.jib.api.Jib;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.millrace.local.images.ApplicationImage.Build;
import io.millrace.local.images.StartArchive.Training;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import io.millrace.local.terminal.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes container images. */
@Command(
    name = "images",
    description =
        "Make a container image of each service and of the command line (cli), without a container"
            + " engine: archives for docker load, podman load and ctr images import, each with its"
            + " SBOM beside it.",
    mixinStandardHelpOptions = true)
public final class Images implements Callable<Integer> {
  private static final String DEFAULT_BASE = "eclipse-temurin:25-jre";

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @ArgGroup private final ParentOption parent = new ParentOption();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where they go (default: .millrace/images beside the script).")
  private @Nullable Path output;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Only of these, such as serving,cli.")
  private Set<String> only = new LinkedHashSet<>();

  private static final class ParentOption {
    @Option(
        names = "--base",
        paramLabel = "IMAGE",
        description =
            "An image with a JRE to build on, also tar://FILE and docker://IMAGE (default: "
                + DEFAULT_BASE
                + ").")
    private @Nullable String image;

    @Option(
        names = "--offline-base",
        description =
            "Pull no image: make the base from Debian packages and the JDK that runs this.")
    private boolean offline;
  }

  @Override
  public Integer call() {
    List<String> names = names();
    Installation installation = Installation.find();
    Path folder =
        (output == null ? installation.root().resolve(".millrace/images") : output)
            .toAbsolutePath()
            .normalize();
    Path work = newFolderIn(folder);
    try (Progress progress = Progress.on(spec.commandLine().getOut(), "images", names.size() + 1)) {
      Build build = build(installation, folder, work, progress);
      for (String name : names) {
        make(name, installation, build, folder, work.resolve(name), progress);
      }
      progress.line("In " + folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(work);
    }
    return 0;
  }

  /** What is deleted in the end must be nobody else's. */
  private static Path newFolderIn(Path folder) {
    try {
      return Files.createTempDirectory(Files.createDirectories(folder), "work");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() {
    List<String> all =
        Stream.concat(
                Arrays.stream(Service.values()).map(Service::serviceName),
                Stream.of(Application.COMMAND_LINE))
            .toList();
    for (String name : only) {
      if (!all.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no image of '%s'; there are: %s".formatted(name, String.join(", ", all)));
      }
    }
    return only.isEmpty() ? all : List.copyOf(only);
  }

  private Build build(Installation installation, Path folder, Path work, Progress progress) {
    Architecture architecture = Architecture.here();
    String base = parent.image == null ? DEFAULT_BASE : parent.image;
    String baseName = base;
    if (parent.offline) {
      progress.line("Making the base from Debian packages and this JDK ...");
      base = Jib.TAR_IMAGE_PREFIX + new DebianImage(architecture, work.resolve("base")).make();
      baseName = "scratch";
    }
    progress.step(1);
    return new Build(
        base,
        baseName,
        architecture,
        Revision.of(installation.root()),
        installation.root().resolve("LICENSE"),
        folder.resolve("cache"));
  }

  private void make(
      String name,
      Installation installation,
      Build build,
      Path folder,
      Path work,
      Progress progress)
      throws IOException {
    long begin = System.nanoTime();
    progress.line(name + " ...");
    Files.createDirectories(work);
    Application application =
        Service.named(name)
            .map(service -> Application.of(service, installation))
            .orElseGet(() -> Application.ofCommandLine(installation, work));
    ApplicationImage image = new ApplicationImage(application, build, work);
    Path archive = work.resolve("image.tar");
    image.write(archive, Optional.empty());
    progress.note("start archive of " + name);
    Training training = train(application, archive, work);
    if (training instanceof Training.Made made) {
      image.write(archive, Optional.of(made.archive()));
    }
    Path target = folder.resolve("millrace-" + name + ".tar");
    Files.move(archive, target, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        application.sbom(),
        folder.resolve("millrace-" + name + ".cdx.json"),
        StandardCopyOption.REPLACE_EXISTING);
    progress.line(report(image.reference(), target, training, begin));
    progress.step(1);
    delete(work);
  }

  private static Training train(Application application, Path archive, Path work) {
    ImageArchive opened = ImageArchive.open(archive, work.resolve("opened"));
    return new StartArchive(opened, work)
        .train(application.port(), application.port().isPresent() ? List.of() : List.of("--help"));
  }

  private static String report(String reference, Path file, Training training, long begin)
      throws IOException {
    String started =
        switch (training) {
          case Training.Made made ->
              String.format(
                  Locale.ROOT, "start archive of %.0f MB", megabytes(Files.size(made.archive())));
          case Training.Failed failed -> "without a start archive: " + failed.reason();
        };
    return String.format(
        Locale.ROOT,
        "  %-36s %4.0f MB in %3d s, %s",
        reference,
        megabytes(Files.size(file)),
        Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
        started);
  }

  private static double megabytes(long bytes) {
    return bytes / 1e6;
  }

  private static void delete(Path folder) {
    try {
      if (Files.exists(folder)) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
