package io.millrace.local.status;

import io.millrace.local.state.SystemState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process of the system.
 *
 * @param restarts how often it has died and was started again
 * @param residentBytes its memory, where the operating system tells
 */
record ServiceStatus(
    String name, State state, int restarts, long pid, int port, OptionalLong residentBytes) {
  /** Down is one that is started again, or whose supervisor has gone. */
  enum State {
    UP,
    DOWN,
    FAILED
  }

  private static final Pattern PROC = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  boolean up() {
    return state == State.UP;
  }

  static ServiceStatus of(SystemState.Running process) {
    long pid = process.identity().pid();
    boolean up = process.identity().find().isPresent();
    return new ServiceStatus(
        process.name(),
        up ? State.UP : process.failed() ? State.FAILED : State.DOWN,
        process.restarts(),
        pid,
        process.port(),
        up ? resident(pid) : OptionalLong.empty());
  }

  private static OptionalLong resident(long pid) {
    try {
      Path status = Path.of("/proc", String.valueOf(pid), "status");
      if (Files.exists(status)) {
        Matcher matcher = PROC.matcher(Files.readString(status));
        return matcher.find()
            ? OptionalLong.of(Long.parseLong(matcher.group(1)) * 1024)
            : OptionalLong.empty();
      }
      Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(pid)).start();
      String answer =
          new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return answer.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(answer) * 1024);
    } catch (IOException e) {
      return OptionalLong.empty(); // it has just ended
    }
  }
}
