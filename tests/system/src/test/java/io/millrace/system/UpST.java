package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalSystem;
import io.millrace.local.Options;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Service;
import io.millrace.local.process.ProcessIdentity;
import io.millrace.local.state.SystemState;
import io.millrace.local.terminal.CommandFailedException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broker, registry and Redis as real processes under {@code up}. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class UpST {
  private static final int BASE = 15_500;
  private static final String PORT_BASE = "--port-base=" + BASE;
  private static final String NO_SERVICES =
      Arrays.stream(Service.values())
          .map(service -> service.serviceName() + "=0")
          .collect(Collectors.joining(",", "--instances=", ""));

  @TempDir Path folder;

  @Test
  void shouldStartAProcessAgainThatDiesAndLeaveItDeadWhenItDiesFiveTimes() throws Exception {
    // Given
    try (Cli up = up()) {
      up.awaitLine("Ready in");
      SystemState before = state();
      ProcessIdentity redis = process(before, "redis");

      // When
      kill9(redis);

      // Then
      up.awaitLine("redis (pid " + redis.pid() + ") ended unexpectedly");
      assertThat(up.lines().getLast())
          .contains("exit code 137")
          .contains("logs/redis.log")
          .endsWith("started again in 1 s");
      up.awaitLine("redis is ready again");
      assertThat(running("redis").restarts()).isEqualTo(1);
      assertThat(process(state(), "broker")).isEqualTo(process(before, "broker"));

      // When
      for (int death = 2; death <= 5; death++) {
        ProcessIdentity again = process(state(), "redis");
        kill9(again);
        up.awaitLine("redis (pid " + again.pid() + ") ended unexpectedly");
        if (death < 5) {
          awaitStarted("redis", death);
        }
      }

      // Then
      assertThat(up.lines().getLast()).contains("FAILED");
      assertThat(statusOf("redis")).startsWith("redis").contains("FAILED").endsWith("4");
      assertThat(statusOf("broker")).contains("up").endsWith("0");
      assertThat(process(state(), "broker").find()).isPresent();
      up.interrupt();
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.lines().getLast())
          .isEqualTo("millrace: FAILED and not started any more: redis");
      assertNothingRuns(before);
    }
  }

  @Test
  void shouldStopEverythingOnCtrlC() throws Exception {
    try (Cli up = up()) {
      up.awaitLine("Ready in");
      SystemState state = state();

      up.interrupt();

      assertThat(up.awaitEnd()).isEqualTo(130);
      assertThat(up.lines()).contains("Stopping ...", "Stopped.");
      assertNothingRuns(state);
      assertThat(SystemState.read(new Home(folder))).isEmpty();
    }
  }

  @Test
  void shouldLeaveNothingRunningWhenTheSupervisorIsKilled() throws Exception {
    // Given a system in the background, beside which no second one starts
    try (Cli detached = Cli.start("up", "-d", "--home=" + folder, PORT_BASE, NO_SERVICES)) {
      assertThat(detached.awaitEnd()).as("%s", detached.lines()).isZero();
    }
    SystemState state = state();
    assertThat(state.ready()).isTrue();
    try (Cli second = Cli.start("up", "--home=" + folder, PORT_BASE, NO_SERVICES)) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.lines()).singleElement().asString().contains("runs already");
    }

    // When
    List<ProcessHandle> children =
        state.processes().stream().map(running -> running.identity().find().orElseThrow()).toList();
    kill9(state.supervisor());

    // Then the guard ends the children, and down has nothing left to do but forget them
    for (ProcessHandle child : children) {
      child.onExit().get(2, TimeUnit.MINUTES);
    }
    for (int i = 0; i < 2; i++) {
      try (Cli down = Cli.start("down", "--home=" + folder)) {
        assertThat(down.awaitEnd()).isZero();
      }
    }
    assertThat(SystemState.read(new Home(folder))).isEmpty();
  }

  @Test
  void shouldStartNothingWhenAPortIsBusy() throws Exception {
    try (ServerSocket busy = new ServerSocket(BASE + 6379)) {
      assertThat(busy.isBound()).isTrue();
      assertThatThrownBy(() -> LocalSystem.start(folder, BASE, Options.infrastructureOnly()))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageStartingWith("port " + (BASE + 6379) + ", which redis needs, is in use");
    }
  }

  private Cli up() throws Exception {
    return Cli.start("up", "--home=" + folder, PORT_BASE, NO_SERVICES);
  }

  private SystemState state() {
    return SystemState.read(new Home(folder)).orElseThrow();
  }

  private SystemState.Running running(String name) {
    return state().processes().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void awaitStarted(String name, int restarts) throws InterruptedException {
    while (running(name).restarts() < restarts || running(name).identity().find().isEmpty()) {
      Thread.sleep(50);
    }
  }

  private String statusOf(String name) throws Exception {
    try (Cli status = Cli.start("status", "--home=" + folder)) {
      status.awaitEnd();
      return status.lines().stream()
          .filter(line -> line.startsWith(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(status.lines()));
    }
  }

  private static ProcessIdentity process(SystemState state, String name) {
    return state.processes().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow()
        .identity();
  }

  private static void kill9(ProcessIdentity process) {
    process.find().orElseThrow().destroyForcibly();
  }

  private static void assertNothingRuns(SystemState state) {
    assertThat(state.processes()).hasSize(3);
    assertThat(state.processes())
        .allSatisfy(process -> assertThat(process.identity().find()).isEmpty());
  }
}
