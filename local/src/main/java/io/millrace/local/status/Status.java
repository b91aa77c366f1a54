package io.millrace.local.status;

import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Service;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.state.SystemState;
import io.millrace.local.terminal.CommandFailedException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what runs, and the counts of the pipelines. */
@Command(
    name = "status",
    description = "Show what runs, and where every event of the pipelines is.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:everything that was started is up", "1:nothing runs, or something is down"})
public final class Status implements Callable<Integer> {
  /** With a service: one that hangs is told as one that does not answer. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Parameters(paramLabel = "PIPELINE", arity = "0..1", description = "Only this one.")
  private @Nullable String pipeline;

  @Override
  public Integer call() {
    if (which.isInCluster()) {
      return which.runInCluster(Parcel.EMPTY, ToolMemory.USUAL);
    }
    return which.isElsewhere() ? ofOneElsewhere() : ofTheFolder(which.home());
  }

  private int ofOneElsewhere() {
    RunningSystem system = which.system().noticing(spec.commandLine().getErr());
    List<ServiceHealth> services =
        AtOnce.all(List.of(Service.values()), service -> health(system, service)).stream()
            .flatMap(List::stream)
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(StatusJson.ofHealth(services, pipelines(system)));
    } else {
      out.printf("%-16s %-36s%n", "service", "at");
      services.forEach(s -> out.printf("%-16s %-36s %s%n", s.name(), s.address(), s.text()));
      out.flush(); // broker and registry may not tell of the pipelines
      print(pipelines(system), out);
    }
    return services.stream().allMatch(ServiceHealth::ready) ? 0 : 1;
  }

  private static List<ServiceHealth> health(RunningSystem system, Service service) {
    return AtOnce.all(system.instances(service), at -> ServiceHealth.ask(service, at));
  }

  private int ofTheFolder(Home home) {
    Optional<SystemState> state = SystemState.read(home).filter(SystemState::isAlive);
    List<ServiceStatus> services =
        state.stream().flatMap(s -> s.processes().stream()).map(ServiceStatus::of).toList();
    boolean allUp = !services.isEmpty() && services.stream().allMatch(ServiceStatus::up);
    boolean brokerUp = services.stream().anyMatch(s -> s.name().equals("broker") && s.up());
    List<PipelineStatus> pipelines =
        state
            .map(s -> RunningSystem.of(home, s).noticing(spec.commandLine().getErr()))
            .filter(system -> brokerUp || !system.hasOwnBroker())
            .map(this::pipelines)
            .orElseGet(List::of);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(StatusJson.of(services, pipelines));
    } else {
      print(home, services, pipelines, out);
      state
          .map(s -> RunningSystem.of(home, s).disk())
          .filter(disk -> !disk.hasRoom())
          .ifPresent(disk -> out.println("\nWARNING: " + disk.isFull()));
    }
    return allUp ? 0 : 1;
  }

  private List<PipelineStatus> pipelines(RunningSystem system) {
    PartCounts counts = new PartCounts(system);
    try (Admin admin = system.kafka().admin()) {
      return AtOnce.all(
          List.copyOf(wanted(system)),
          applied -> PipelineStatus.of(system, admin, counts, applied));
    }
  }

  private Collection<AppliedPipeline> wanted(RunningSystem system) {
    Map<String, AppliedPipeline> all = AppliedPipeline.all(system);
    if (pipeline == null) {
      return all.values();
    }
    AppliedPipeline one = all.get(pipeline);
    if (one == null) {
      throw new CommandFailedException("no pipeline " + pipeline + " was applied here");
    }
    return List.of(one);
  }

  private static void print(
      Home home, List<ServiceStatus> services, List<PipelineStatus> pipelines, PrintWriter out) {
    if (services.isEmpty()) {
      out.println("Nothing runs in " + home.folder() + ".");
      return;
    }
    out.printf("%-16s %-6s %8s %6s %9s %8s%n", "service", "", "pid", "port", "memory", "restarts");
    for (ServiceStatus service : services) {
      String memory =
          service.residentBytes().isPresent()
              ? "%,d MiB".formatted(service.residentBytes().getAsLong() >> 20)
              : "";
      out.printf(
          "%-16s %-6s %8d %6d %9s %8d%n",
          service.name(),
          service.up() ? "up" : service.state(),
          service.pid(),
          service.port(),
          memory,
          service.restarts());
    }
    print(pipelines, out);
  }

  private static void print(List<PipelineStatus> pipelines, PrintWriter out) {
    if (pipelines.isEmpty()) {
      out.println("No pipeline was applied.");
    }
    for (PipelineStatus status : pipelines) {
      out.println();
      status.lines().forEach(out::println);
    }
  }
}
