package io.millrace.local.images;

import io.millrace.local.process.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The classes of an application, loaded and linked ahead of time: the JVM writes them at the end of
 * a run, so that later ones start faster. That run is of the image's own runtime in the image's own
 * file system, without a network.
 */
final class StartArchive {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String SCRIPT = "until-live.sh";
  private static final String NEVER_LIVE = "0";

  /** The script's exit code when the application has ended before. */
  private static final int WAS_NEVER_LIVE = 3;

  private final ImageArchive image;
  private final Path work;

  /**
   * @param image without a start archive
   * @param work takes its file system
   */
  StartArchive(ImageArchive image, Path work) {
    this.image = image;
    this.work = work;
  }

  /** How it went. */
  sealed interface Training {
    /** It is in that file. */
    record Made(Path archive) implements Training {}

    /** This machine or that runtime can't. */
    record Failed(String reason) implements Training {}
  }

  /**
   * Runs the application until it is live, or until it ends.
   *
   * @param port where it says so; none for one that ends by itself
   * @param arguments of the application
   */
  Training train(OptionalInt port, List<String> arguments) {
    List<String> missing = ExternalCommand.missing("unshare", "ip", "mount", "bash", "chroot");
    if (!missing.isEmpty()) {
      return new Training.Failed("this machine has no " + String.join(", ", missing));
    }
    try {
      Path root = Files.createDirectories(work.resolve("root"));
      image.unpack(root);
      Path log = work.resolve("training.log");
      OptionalInt exitCode = run(command(root, port, arguments), log);
      if (exitCode.isEmpty()) {
        return new Training.Failed(
            "it did not become live within " + PATIENCE.toMinutes() + " minutes");
      }
      Path archive = root.resolve(ApplicationImage.START_ARCHIVE.substring(1));
      return exitCode.getAsInt() != WAS_NEVER_LIVE && Files.exists(archive)
          ? new Training.Made(archive)
          : new Training.Failed(ExternalCommand.lastLine(Files.readString(log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(Path root, OptionalInt port, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--map-root-user", "--mount", "--net", "--pid", "--fork"));
    command.addAll(List.of("--kill-child", "bash", script(work).toString(), root.toString()));
    command.add(port.isPresent() ? String.valueOf(port.getAsInt()) : NEVER_LIVE);
    command.addAll(List.of("env", "-i"));
    command.addAll(image.environment());
    command.add("MILLRACE_NEIGHBOURS_MUST_BE_NAMED=false"); // it has none
    command.add(Programs.find("chroot").orElseThrow().toString());
    command.add(root.toString());
    List<String> java = image.entrypoint();
    command.add(java.getFirst());
    command.add("-XX:AOTCacheOutput=" + ApplicationImage.START_ARCHIVE);
    command.addAll(java.subList(1, java.size()));
    command.addAll(arguments);
    return command;
  }

  private static Path script(Path folder) throws IOException {
    Path script = folder.resolve(SCRIPT);
    try (InputStream in = StartArchive.class.getResourceAsStream(SCRIPT)) {
      Files.copy(Objects.requireNonNull(in), script);
    }
    return script;
  }

  /**
   * @return its exit code; none when it had to be ended
   */
  private static OptionalInt run(List<String> command, Path log) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      process.getOutputStream().close();
      return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    } finally {
      process.destroyForcibly();
    }
  }
}
