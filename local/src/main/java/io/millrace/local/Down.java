package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.HomeOption;
import io.millrace.local.state.SystemState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops the system of a folder, also one whose supervisor was killed. */
@Command(
    name = "down",
    description = "Stop the system; its data stays. Safe to call again.",
    mixinStandardHelpOptions = true)
final class Down implements Callable<Integer> {
  private static final Duration SUPERVISOR_PATIENCE = Duration.ofSeconds(75);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final HomeOption where = new HomeOption();

  @Override
  public Integer call() {
    Home home = where.home();
    PrintWriter out = spec.commandLine().getOut();
    Optional<SystemState> state = SystemState.read(home);
    if (state.isEmpty()) {
      out.println("Nothing runs in " + home.folder() + ".");
      return 0;
    }
    out.println("Stopping ...");
    out.flush();
    stop(state.get());
    SystemState.delete(home);
    out.println("Stopped.");
    return 0;
  }

  /** The supervisor stops its children in order; what it leaves, or left, is stopped here. */
  static void stop(SystemState state) {
    state.supervisor().find().ifPresent(supervisor -> end(supervisor, SUPERVISOR_PATIENCE));
    List<SystemState.Running> reversed = new ArrayList<>(state.processes()).reversed();
    for (SystemState.Running process : reversed) {
      process.identity().find().ifPresent(handle -> end(handle, PATIENCE));
    }
  }

  private static void end(ProcessHandle process, Duration patience) {
    process.destroy();
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      process.onExit().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
