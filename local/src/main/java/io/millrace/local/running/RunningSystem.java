package io.millrace.local.running;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.state.SystemState;
import io.millrace.local.terminal.CommandFailedException;
import java.net.URI;
import java.util.List;

/** The system of a folder, which runs. */
public record RunningSystem(Home home, SystemState state) {
  /**
   * Finds it.
   *
   * @throws CommandFailedException when none runs there
   */
  public static RunningSystem require(Home home) {
    return SystemState.read(home)
        .filter(SystemState::isAlive)
        .map(state -> new RunningSystem(home, state))
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no system runs in " + home.folder() + "; ./millrace up starts one"));
  }

  public String bootstrapServers() {
    return "localhost:" + ports().broker();
  }

  public URI registry() {
    return URI.create("http://localhost:" + ports().registry());
  }

  /** Where the instances of a service answer. */
  public List<URI> instances(Service service) {
    String first = service.serviceName();
    return state.processes().stream()
        .filter(process -> process.name().equals(first) || process.name().startsWith(first + "-"))
        .filter(process -> process.identity().find().isPresent())
        .map(process -> URI.create("http://localhost:" + process.port()))
        .toList();
  }

  private Ports ports() {
    return new Ports(state.portBase());
  }
}
