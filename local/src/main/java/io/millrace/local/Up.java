package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.HomeOption;
import io.millrace.local.machine.Service;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

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
    int steps = 3 + options.instances().values().stream().mapToInt(Integer::intValue).sum();
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
      return watch(system);
    }
  }

  private static String page(LocalSystem system, Options options) {
    return options.instances().getOrDefault(Service.MONITOR, 0) == 0
        ? ""
        : " Page: %s/.".formatted(system.url(Service.MONITOR.serviceName()));
  }

  /** Watches over a system that is up until Ctrl-C. */
  static void stayUp(LocalSystem system, PrintWriter out) {
    out.println("It stays up for you to explore. Ctrl-C or ./millrace down stops it.");
    out.flush();
    watch(system);
  }

  private static int watch(LocalSystem system) {
    while (!system.isStopped()) {
      Optional<ServiceProcess> dead = system.firstDead();
      if (dead.isPresent() && !system.isStopped()) {
        system.close();
        throw new CommandFailedException(dead.get().obituary());
      }
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 1;
      }
    }
    return waitForEnd();
  }

  /** The JVM is shutting down and its hook stops the system: nothing may be said over it. */
  private static int waitForEnd() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void stop(LocalSystem system, PrintWriter out) {
    boolean first = !system.isStopped();
    if (first) {
      out.println("Stopping ...");
      out.flush();
    }
    system.close();
    if (first) {
      out.println("Stopped.");
      out.flush();
    }
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
