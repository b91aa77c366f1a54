package io.millrace.local;

import io.millrace.local.cluster.OutputLines;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.terminal.CommandFailedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The other end of a command that runs in a cluster: takes its files, and marks what it says. */
@Command(
    name = "in-pod",
    description = "Run a command in a pod, for one who follows its log.",
    hidden = true)
final class InPod implements Callable<Integer> {
  private static final Duration FIRST_BYTE = Duration.ofMinutes(2);

  @Option(
      names = "--receive",
      description = "First unpack a tar from the standard input into the working directory.")
  private boolean receive;

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "With its arguments.")
  private List<String> command = new ArrayList<>();

  private static volatile boolean here;

  /** Whether the command runs in a pod, whose files go with it. */
  static boolean isHere() {
    return here;
  }

  @Override
  public Integer call() {
    here = true;
    System.setProperty("stdout.encoding", "UTF-8"); // a container names no language
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setOut(OutputLines.marked(new FileOutputStream(FileDescriptor.out)));
    if (receive) {
      Parcel.unpack(input(), Path.of(""));
    }
    return Millrace.run(command.toArray(String[]::new));
  }

  /** Whoever was to send may have died before. */
  private static PushbackInputStream input() {
    PushbackInputStream input = new PushbackInputStream(System.in);
    CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> read(input));
    try {
      int one = first.get(FIRST_BYTE.toSeconds(), TimeUnit.SECONDS);
      if (one != -1) {
        input.unread(one);
      }
      return input;
    } catch (TimeoutException e) {
      throw new CommandFailedException(
          "no file has come in %d s".formatted(FIRST_BYTE.toSeconds()), e);
    } catch (ExecutionException | IOException e) {
      throw new CommandFailedException("the files were not received: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  private static int read(PushbackInputStream input) {
    try {
      return input.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
