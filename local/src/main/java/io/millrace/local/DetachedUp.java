package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.process.Detached;
import io.millrace.local.state.SystemState;
import io.millrace.local.terminal.FollowedFile;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code up} in a process of its own, shows what it says, and returns once it is ready. */
final class DetachedUp {
  private static final String NAME = "up";
  private static final long BETWEEN_LOOKS_MILLIS = 100;

  private final Home home;
  private final PrintWriter out;

  DetachedUp(Home home, PrintWriter out) {
    this.home = home;
    this.out = out;
  }

  int start(int portBase, boolean fresh, Map<String, Integer> instances) {
    Path said = home.folder().resolve("up.log");
    Process supervisor = supervisor(command(portBase, fresh, instances), said);
    Thread giveUp = new Thread(supervisor::destroy, "give-up");
    Runtime.getRuntime().addShutdownHook(giveUp);
    try (FollowedFile follow = new FollowedFile(said, out)) {
      while (supervisor.isAlive()) {
        follow.show();
        if (isReady(supervisor)) {
          follow.show();
          Runtime.getRuntime().removeShutdownHook(giveUp);
          out.printf("It runs in the background (pid %d).%n", supervisor.pid());
          return 0;
        }
        Thread.sleep(BETWEEN_LOOKS_MILLIS);
      }
      follow.show();
      return supervisor.exitValue() == 0 ? 1 : supervisor.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private boolean isReady(Process supervisor) {
    return SystemState.read(home)
        .filter(state -> state.supervisor().pid() == supervisor.pid() && state.ready())
        .isPresent();
  }

  private List<String> command(int portBase, boolean fresh, Map<String, Integer> instances) {
    List<String> command = new ArrayList<>();
    command.add(Installation.java());
    command.add("-Xmx128m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dmillrace.root=" + Installation.find().root());
    command.add("-Djava.io.tmpdir=" + home.unpacked(NAME));
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Millrace.class.getName());
    command.add(NAME);
    command.add("--home=" + home.folder());
    command.add("--port-base=" + portBase);
    if (fresh) {
      command.add("--fresh");
    }
    instances.forEach((service, count) -> command.add("--instances=" + service + "=" + count));
    return command;
  }

  private Process supervisor(List<String> command, Path said) {
    try {
      home.emptyUnpacked(NAME);
      Files.deleteIfExists(said);
      return new ProcessBuilder(Detached.command(command))
          .redirectErrorStream(true)
          .redirectOutput(said.toFile())
          .redirectInput(new File("/dev/null"))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("the supervisor could not be started", e);
    }
  }
}
