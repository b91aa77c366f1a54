package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.HomeOption;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.terminal.Progress;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the system, and watches over it until Ctrl-C. */
@Command(
    name = "up",
    description = "Start broker, registry, Redis and the services, and stop them on Ctrl-C.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is ready (--detach)",
      "1:it could not be started, or a process has died five times and stayed dead",
      "130:stopped by Ctrl-C"
    })
final class Up implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final HomeOption where = new HomeOption();

  @Option(
      names = {"-d", "--detach"},
      description = "Return once it is ready; ./millrace down stops it.")
  private boolean detach;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      defaultValue = "0",
      description = "Added to every port (default: 0).")
  private int portBase;

  @Option(names = "--fresh", description = "Delete the data of earlier runs first.")
  private boolean fresh;

  @Option(
      names = "--instances",
      paramLabel = "SERVICE=N",
      split = ",",
      description = "How many of a service, such as validator=2,transformer=2; 0 leaves it out.")
  private @Nullable Map<String, Integer> instances;

  @Override
  public Integer call() {
    Options options = options();
    Home home = where.home();
    PrintWriter out = spec.commandLine().getOut();
    return detach
        ? new DetachedUp(home, out).start(portBase, fresh, counts())
        : attached(home, options, out);
  }

  private int attached(Home home, Options options, PrintWriter out) {
    long begin = System.nanoTime();
    int steps =
        SystemClients.of(home, new Ports(portBase)).own().size()
            + options.instances().values().stream().mapToInt(Integer::intValue).sum();
    try (Progress progress = Progress.on(out, "Starting", steps)) {
      LocalSystem system =
          LocalSystem.prepare(
              home.folder(), portBase, options.withListener(new StartProgress(progress)));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(system, out), "stop"));
      try {
        system.startAll(options);
      } catch (RuntimeException e) {
        if (system.isStopped()) {
          return waitForEnd();
        }
        system.close();
        throw e;
      }
      progress.line(
          "Ready in %.1f s.%s Home: %s. Ctrl-C or ./millrace down stops it."
              .formatted((System.nanoTime() - begin) / 1e9, page(system, options), home.folder()));
      progress.close();
      CommandArchive.ofThisInstallation().makeInTheBackground(home);
      return stayUp(system, out);
    }
  }

  private static String page(LocalSystem system, Options options) {
    return options.instances().getOrDefault(Service.MONITOR, 0) == 0
        ? ""
        : " Page: %s/.".formatted(system.url(Service.MONITOR.serviceName()));
  }

  /** Keeps a system up until Ctrl-C. */
  static int stayUp(LocalSystem system, PrintWriter out) {
    supervise(system, out);
    return waitForEnd();
  }

  static void supervise(LocalSystem system, PrintWriter out) {
    system.supervise(
        line -> {
          out.println(line);
          out.flush();
        });
  }

  /** The JVM is shutting down and its hook stops the system: nothing may be said over it. */
  static int waitForEnd() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  /** To be run when the JVM ends. A process that stayed dead is told by the exit code. */
  static void stop(LocalSystem system, PrintWriter out) {
    boolean first = !system.isStopped();
    if (first) {
      out.println("Stopping ...");
      out.flush();
    }
    List<String> failed = system.failed();
    system.close();
    if (first) {
      out.println("Stopped.");
    }
    if (!failed.isEmpty()) {
      out.println("millrace: FAILED and not started any more: " + String.join(", ", failed));
      out.flush();
      Runtime.getRuntime().halt(1);
    }
    out.flush();
  }

  private Map<String, Integer> counts() {
    return instances == null ? Map.of() : new TreeMap<>(instances);
  }

  private Options options() {
    Options options = Options.everything();
    if (fresh) {
      options = options.withFreshData();
    }
    for (Map.Entry<String, Integer> entry : counts().entrySet()) {
      Service service =
          Service.named(entry.getKey())
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(), "--instances: no service " + entry.getKey()));
      if (entry.getValue() < 0 || entry.getValue() > 9) {
        throw new ParameterException(spec.commandLine(), "--instances: 0 to 9 of each service");
      }
      options = options.withInstances(service, entry.getValue());
    }
    return options;
  }
}
