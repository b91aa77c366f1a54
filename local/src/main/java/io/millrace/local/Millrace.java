package io.millrace.local;

import io.millrace.local.apply.Apply;
import io.millrace.local.images.Images;
import io.millrace.local.reconcile.ReconcileCommand;
import io.millrace.local.removal.Delete;
import io.millrace.local.removal.Reset;
import io.millrace.local.replay.Replay;
import io.millrace.local.retention.RetentionCommand;
import io.millrace.local.run.RunCommand;
import io.millrace.local.status.Status;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands behind {@code ./millrace}. */
@Command(
    name = "millrace",
    description = "Millrace on this machine.",
    mixinStandardHelpOptions = true,
    version = "Millrace 0.1.0-SNAPSHOT",
    subcommands = {
      Demo.class,
      Up.class,
      Down.class,
      Apply.class,
      Replay.class,
      RunCommand.class,
      Status.class,
      Reset.class,
      Delete.class,
      ReconcileCommand.class,
      RetentionCommand.class,
      Images.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, with one line that says why",
      "2:wrong usage, or no JDK >= 21 or Maven",
      "130:stopped by Ctrl-C"
    },
    footer = {
      "",
      "Build and tests: ./millrace test [--full] runs every check and every test and ends with",
      "the line 'N passed, N failed, N skipped'; it fails (1) when one failed or was skipped."
    })
public final class Millrace {
  private Millrace() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Runs a command and returns its exit code. */
  public static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Millrace())
        .addSubcommand(new CommandLine(new InPod()).setStopAtPositional(true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Millrace::report);
  }

  private static String reason(FileSystemException file) {
    return switch (file) {
      case AccessDeniedException denied -> "access denied";
      case NoSuchFileException missing -> "no such file";
      default -> file.getReason() == null ? file.getClass().getSimpleName() : file.getReason();
    };
  }

  private static int report(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    return switch (failure) {
      case CommandFailedException known -> {
        command.getErr().println("millrace: " + known.getMessage());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      case RegistryUnavailableException away -> {
        command.getErr().println("millrace: " + away.getMessage());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      case KafkaException away -> {
        command.getErr().println("millrace: the broker does not answer: " + away.getMessage());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      case UncheckedIOException io when io.getCause() instanceof FileSystemException file -> {
        command.getErr().printf("millrace: %s: %s%n", reason(file), file.getFile());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      default -> throw failure;
    };
  }
}
