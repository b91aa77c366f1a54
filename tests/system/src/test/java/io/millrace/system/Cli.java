package io.millrace.system;

import io.millrace.local.Millrace;
import io.millrace.local.machine.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ./millrace} as the script runs it, in a process of its own. */
final class Cli implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private Cli(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static Cli start(String... arguments) throws IOException, InterruptedException {
    return start(Map.of(), arguments);
  }

  /**
   * @param environment beside what it inherits
   */
  static Cli start(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(hearingInterrupts());
    command.add(Installation.java());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Millrace.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Cli(builder.start());
  }

  /**
   * Who runs the tests in the background of a script has them, and all they start, ignore Ctrl-C.
   */
  private static List<String> hearingInterrupts() throws IOException, InterruptedException {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> probe = new ArrayList<>(env);
    probe.add("true");
    return new ProcessBuilder(probe).start().waitFor() == 0 ? env : List.of();
  }

  /** Reads on until a line holds the text. */
  void awaitLine(String text) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(text)) {
        return;
      }
    }
    throw new AssertionError("no line with '" + text + "' in " + lines);
  }

  /** Waits for its end and gives the exit code. */
  int awaitEnd() throws IOException, InterruptedException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new AssertionError("it does not end: " + lines);
    }
    return process.exitValue();
  }

  /** What it has said so far. */
  List<String> lines() {
    return lines;
  }

  /** Ctrl-C. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
