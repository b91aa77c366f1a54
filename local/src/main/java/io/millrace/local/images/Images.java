package io.millrace.local.images;

import com.google.cloud.tools.jib.api.Jib;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.millrace.local.images.ApplicationImage.Build;
import io.millrace.local.images.DebianImage.Content;
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
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            + " SBOM beside it. With --offline-base also of a broker, a registry, a Redis and an S3"
            + " endpoint.",
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
    try (Progress progress = Progress.on(spec.commandLine().getOut(), "images", names.size())) {
      Architecture architecture = Architecture.here();
      Bases bases = new Bases(architecture, work, progress);
      Optional<Revision> revision = Revision.of(installation.root());
      for (String name : names) {
        Path own = Files.createDirectories(work.resolve(name));
        Application application = application(name, installation, architecture, own);
        ParentImage base = bases.of(application);
        Build build =
            new Build(
                base.image(),
                base.name(),
                architecture,
                revision,
                installation.root().resolve("LICENSE"),
                folder.resolve("cache"));
        make(application, build, folder, own, progress);
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
    List<String> ours =
        Stream.concat(
                Arrays.stream(Service.values()).map(Service::serviceName),
                Stream.of(Application.COMMAND_LINE))
            .toList();
    List<String> all =
        parent.offline
            ? Stream.concat(ours.stream(), NeighbourImages.NAMES.stream()).toList()
            : ours;
    for (String name : only) {
      if (!all.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no image of '%s'; there are: %s%s"
                .formatted(
                    name,
                    String.join(", ", all),
                    parent.offline
                        ? ""
                        : "; with --offline-base also "
                            + String.join(", ", NeighbourImages.NAMES)));
      }
    }
    return only.isEmpty() ? all : List.copyOf(only);
  }

  /**
   * What an image is built on.
   *
   * @param image as Jib names images
   * @param name for people
   */
  private record ParentImage(String image, String name) {}

  /** Each base that no image has is made once, when it is first wanted. */
  private final class Bases {
    private final Map<Content, ParentImage> made = new EnumMap<>(Content.class);
    private final Architecture architecture;
    private final Path work;
    private final Progress progress;

    private Bases(Architecture architecture, Path work, Progress progress) {
      this.architecture = architecture;
      this.work = work;
      this.progress = progress;
    }

    private ParentImage of(Application application) {
      if (parent.offline) {
        return made.computeIfAbsent(
            application.isInJvm() ? Content.JVM : Content.REDIS, this::make);
      }
      String image = parent.image == null ? DEFAULT_BASE : parent.image;
      return new ParentImage(image, image);
    }

    private ParentImage make(Content content) {
      progress.line(
          switch (content) {
            case JVM -> "Making the base from Debian packages and this JDK ...";
            case REDIS -> "Making the base of Redis from Debian packages ...";
          });
      Path folder = work.resolve("base-" + content);
      Path archive = new DebianImage(content, architecture, folder).make();
      return new ParentImage(Jib.TAR_IMAGE_PREFIX + archive, "scratch");
    }
  }

  private static Application application(
      String name, Installation installation, Architecture architecture, Path work) {
    if (NeighbourImages.NAMES.contains(name)) {
      return new NeighbourImages(installation, architecture).application(name, work);
    }
    return Service.named(name)
        .map(service -> Application.of(service, installation))
        .orElseGet(() -> Application.ofCommandLine(installation, work));
  }

  private static void make(
      Application application, Build build, Path folder, Path work, Progress progress)
      throws IOException {
    long begin = System.nanoTime();
    progress.line(application.name() + " ...");
    ApplicationImage image = new ApplicationImage(application, build, work);
    Path archive = work.resolve("image.tar");
    image.write(archive, Optional.empty());
    String started = "";
    if (application.sbom().isPresent()) {
      progress.note("start archive of " + application.name());
      Training training = train(application, archive, work);
      if (training instanceof Training.Made made) {
        image.write(archive, Optional.of(made.archive()));
      }
      started = text(training);
      Files.copy(
          application.sbom().get(),
          folder.resolve("millrace-" + application.name() + ".cdx.json"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Path target = folder.resolve("millrace-" + application.name() + ".tar");
    Files.move(archive, target, StandardCopyOption.REPLACE_EXISTING);
    progress.line(
        String.format(
            Locale.ROOT,
            "  %-36s %4.0f MB in %3d s%s",
            image.reference(),
            megabytes(Files.size(target)),
            Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
            started));
    progress.step(1);
    delete(work);
  }

  private static Training train(Application application, Path archive, Path work) {
    ImageArchive opened = ImageArchive.open(archive, work.resolve("opened"));
    return new StartArchive(opened, work)
        .train(application.port(), application.port().isPresent() ? List.of() : List.of("--help"));
  }

  private static String text(Training training) throws IOException {
    return switch (training) {
      case Training.Made made ->
          String.format(
              Locale.ROOT, ", start archive of %.0f MB", megabytes(Files.size(made.archive())));
      case Training.Failed failed -> ", without a start archive: " + failed.reason();
    };
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
