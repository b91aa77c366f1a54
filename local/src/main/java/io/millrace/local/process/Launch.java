package io.millrace.local.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a process is started, as often as need be.
 *
 * @param folder where it runs and may write
 * @param log receives what it prints, appended
 */
public record Launch(String name, int port, List<String> command, Path folder, Path log) {
  public Launch {
    command = List.copyOf(command);
  }

  /**
   * @param jvm options that a {@code java} launcher takes ahead of the command's own
   */
  public ServiceProcess start(List<String> jvm) {
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder = new ProcessBuilder(Detached.command(command));
      if (!jvm.isEmpty()) {
        builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", jvm));
      }
      Process process =
          builder
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      return new ServiceProcess(name, port, log, process);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started", e);
    }
  }
}
