package io.millrace.local.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A shell that outlives this JVM by moments: it reads, from a pipe that closes however this JVM
 * ends, which children there are, and then ends those that are left. So a supervisor killed with -9
 * leaves nothing running, on any Unix.
 */
public final class Guard implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' INT HUP TERM
      pids=
      while IFS= read -r line; do pids=$line; done
      [ -n "$pids" ] || exit 0
      kill -TERM $pids 2>/dev/null
      tries=0
      alive() { for pid in $pids; do kill -0 "$pid" 2>/dev/null && return 0; done; return 1; }
      while alive && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
      kill -KILL $pids 2>/dev/null
      exit 0
      """;

  private final OutputStream pipe;

  private Guard(OutputStream pipe) {
    this.pipe = pipe;
  }

  public static Guard start() {
    try {
      Process shell =
          new ProcessBuilder(Detached.command(List.of("sh", "-c", SCRIPT, "millrace-guard")))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Guard(shell.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("no shell to guard the processes", e);
    }
  }

  /** Tells the children that must not outlive this JVM, in the order in which to end them. */
  public synchronized void watch(Collection<Long> pids) {
    String line = pids.stream().map(String::valueOf).collect(Collectors.joining(" ")) + "\n";
    try {
      pipe.write(line.getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the guard of the processes has ended", e);
    }
  }

  /** Lets it go: nothing is left to guard. */
  @Override
  public synchronized void close() {
    try {
      watch(List.of());
      pipe.close();
    } catch (IOException | UncheckedIOException e) {
      // it was killed: there is nothing to let go
    }
  }
}
