package io.millrace.local.machine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which system a command is about. */
public final class HomeOption {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description =
          "The system's folder for data and logs (default: .millrace beside the script, or of the"
              + " user where there is no script).")
  private @Nullable Path folder;

  public Home home() {
    return new Home(folder == null ? usual() : folder);
  }

  /** Of the user, where there is no script, as in an image. */
  private static Path usual() {
    return Installation.ifAny()
        .map(Installation::root)
        .orElseGet(() -> Path.of(System.getProperty("user.home")))
        .resolve(".millrace");
  }
}
