package io.millrace.local.machine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which system a command is about. */
public final class HomeOption {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "The system's folder for data and logs (default: .millrace beside the script).")
  private @Nullable Path folder;

  public Home home() {
    return new Home(folder == null ? Installation.find().root().resolve(".millrace") : folder);
  }
}
