package io.millrace.local;

import io.millrace.local.machine.Disk;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Preflight;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.process.Guard;
import io.millrace.local.process.ProcessIdentity;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.state.SystemState;
import io.millrace.local.system.Component;
import io.millrace.local.system.Components;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.KafkaClients;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Broker, registry, Redis and services as child processes of this JVM. {@code ./millrace up} is one
 * of its users, the system tests are the other: they kill, restart and add processes.
 *
 * <p>However this JVM ends, the children end too: in order by {@link #close}, else by the {@link
 * Guard}.
 */
public final class LocalSystem implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Home home;
  private final Ports ports;
  private final Components components;
  private final StartListener listener;
  private final List<String> jvm;
  private final Guard guard;
  private final Map<String, Component> known = new LinkedHashMap<>();
  private final Map<String, ServiceProcess> processes = new LinkedHashMap<>();
  private final Map<String, Note> notes = new LinkedHashMap<>();
  private @Nullable Supervisor supervisor;
  private final Object closing = new Object();
  private boolean ready;
  private boolean stopped;
  private boolean closed;

  private record Note(int restarts, boolean failed) {
    static final Note NONE = new Note(0, false);
  }

  private LocalSystem(Components components, Options options) {
    this.home = components.home();
    this.ports = components.ports();
    this.components = components;
    this.listener = options.listener();
    this.jvm = options.jvm();
    this.guard = Guard.start();
  }

  /**
   * Starts a system and waits until all of it is ready.
   *
   * @param home the folder for data, logs and configuration
   * @param portBase shifts every port; 0 for the default ones
   * @throws CommandFailedException with one clear line when a port is taken, the disk is full, one
   *     runs there already, or a process ends or does not get ready in time; nothing is left
   *     running
   */
  public static LocalSystem start(Path home, int portBase, Options options) {
    LocalSystem system = prepare(home, portBase, options);
    try {
      system.startAll(options);
      return system;
    } catch (RuntimeException e) {
      system.close();
      throw e;
    }
  }

  /** Checks everything but starts nothing yet; {@link #startAll} does. */
  static LocalSystem prepare(Path folder, int portBase, Options options) {
    Home home = new Home(folder);
    SystemState.read(home)
        .filter(SystemState::isAlive)
        .ifPresent(
            state -> {
              throw new CommandFailedException(
                  "a system runs already in %s (supervisor pid %d); ./millrace down stops it"
                      .formatted(home.folder(), state.supervisor().pid()));
            });
    Ports ports = new Ports(portBase);
    SystemClients clients = SystemClients.of(home, ports);
    if (options.fresh() && !clients.areAllOwn()) {
      throw new CommandFailedException(
          "%s names neighbours that are not this system's own, which can't be emptied: no fresh start"
              .formatted(home.config("application.properties")));
    }
    Components components =
        new Components(Installation.find(), home, ports, clients, options.disk().toGoOn());
    Preflight.requireDisk(home.folder(), options.disk().toStart());
    Map<Integer, String> wanted = components.infrastructurePorts();
    options
        .instances()
        .forEach(
            (service, count) -> {
              for (int i = 1; i <= count; i++) {
                wanted.put(components.ports().service(service, i), service.instanceName(i));
              }
            });
    Preflight.requireFree(wanted);
    Preflight.warning(wanted.keySet()).ifPresent(options.listener()::warned);
    home.setLogsAside();
    if (options.fresh()) {
      home.deleteData();
    }
    return new LocalSystem(components, options);
  }

  void startAll(Options options) {
    List<Component> services = new ArrayList<>();
    options
        .instances()
        .forEach(
            (service, count) -> {
              for (int i = 1; i <= count; i++) {
                services.add(components.service(service, i));
              }
            });
    start(components.infrastructure(), options.readyTimeout());
    start(services, options.readyTimeout());
    synchronized (this) {
      ready = true;
      publish();
    }
  }

  public Home home() {
    return home;
  }

  public Ports ports() {
    return ports;
  }

  public String bootstrapServers() {
    return kafka().toString();
  }

  /** Makes the clients of its broker. */
  public KafkaClients kafka() {
    return components.clients().kafka();
  }

  /** Where a process answers HTTP, such as {@code url("ingest")}. */
  public URI url(String name) {
    return URI.create("http://localhost:" + process(name).port());
  }

  /** A process by its name; it may have ended. */
  public synchronized ServiceProcess process(String name) {
    ServiceProcess process = processes.get(name);
    if (process == null) {
      throw new IllegalArgumentException("no process " + name + " among " + processes.keySet());
    }
    return process;
  }

  /** All that were started, in that order. */
  public synchronized List<ServiceProcess> processes() {
    return List.copyOf(processes.values());
  }

  /** Ends a process as {@code kill -9} does and returns once it is gone. */
  public void kill9(String name) {
    process(name).kill9();
    published();
  }

  /** Ends a process in good order and returns once it is gone. */
  public void stop(String name) {
    process(name).stop(PATIENCE);
    published();
  }

  /**
   * Starts a process anew under the same settings, after stopping it when it runs; waits for it.
   */
  public ServiceProcess restart(String name) {
    ServiceProcess before = process(name);
    if (before.isAlive()) {
      before.stop(PATIENCE);
    }
    start(List.of(component(name)), Options.READY_TIMEOUT);
    return process(name);
  }

  /** Starts the nth instance of a service, counting from 1, and waits until it is ready. */
  public ServiceProcess startInstance(Service service, int instance) {
    start(List.of(components.service(service, instance)), Options.READY_TIMEOUT);
    return process(service.instanceName(instance));
  }

  /**
   * From now on starts every process again that ends unasked: not by {@link #kill9}, {@link #stop}.
   *
   * @param say hears a line for each thing that happens
   */
  public synchronized void supervise(Consumer<String> say) {
    if (supervisor == null && !stopped) {
      supervisor = new Supervisor(this, new Disk(home.folder(), components.leastDisk()), say);
    }
  }

  /** Those that have died too often, and are not started any more. */
  public synchronized List<String> failed() {
    return notes.entrySet().stream()
        .filter(note -> note.getValue().failed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Starts one that has ended, without waiting until it is ready. */
  public void launchAgain(String name) {
    Component component = component(name);
    component.preparation().prepare();
    launch(component);
  }

  /** Whether it serves. */
  public boolean isReady(String name) {
    return component(name).readiness().isReady();
  }

  /**
   * What else is to be told of a process.
   *
   * @param restarts how often it was started again
   * @param failed whether it is not any more
   */
  synchronized void note(String name, int restarts, boolean failed) {
    notes.put(name, new Note(restarts, failed));
    publish();
  }

  private synchronized Component component(String name) {
    return java.util.Objects.requireNonNull(known.get(name));
  }

  /** Whether {@link #close} has begun. */
  public synchronized boolean isStopped() {
    return stopped;
  }

  /** Stops services first, then what they need; leaves nothing running. Safe to call again. */
  @Override
  public void close() {
    Supervisor watching;
    synchronized (this) {
      stopped = true;
      watching = supervisor;
    }
    if (watching != null) {
      watching.close();
    }
    synchronized (closing) {
      if (!closed) {
        stopAll();
        closed = true;
      }
    }
  }

  private void stopAll() {
    List<ServiceProcess> reversed = new ArrayList<>(processes()).reversed();
    List<ServiceProcess> services = reversed.stream().filter(p -> !isInfrastructure(p)).toList();
    Shutdown.stop(services, PATIENCE);
    Shutdown.stop(reversed, PATIENCE);
    guard.close();
    if (!reversed.isEmpty()) {
      SystemState.delete(home);
    }
  }

  private boolean isInfrastructure(ServiceProcess process) {
    return components.infrastructurePorts().containsKey(process.port());
  }

  private void start(List<Component> batch, Duration timeout) {
    Startup.start(batch, timeout, listener, this::launch);
  }

  private synchronized ServiceProcess launch(Component component) {
    if (stopped) {
      throw new CommandFailedException("stopped while starting");
    }
    ServiceProcess process = component.launch().start(jvm);
    known.put(component.name(), component);
    processes.put(component.name(), process);
    publish();
    return process;
  }

  private synchronized void published() {
    publish();
  }

  private void publish() {
    SystemState state =
        new SystemState(
            ProcessIdentity.of(ProcessHandle.current()),
            ports.base(),
            ready,
            components.leastDisk(),
            processes.values().stream()
                .map(
                    process ->
                        new SystemState.Running(
                            process.name(),
                            process.identity(),
                            process.port(),
                            process.log().toString(),
                            notes.getOrDefault(process.name(), Note.NONE).restarts(),
                            notes.getOrDefault(process.name(), Note.NONE).failed()))
                .toList());
    List<ServiceProcess> alive =
        processes.values().stream().filter(ServiceProcess::isAlive).toList();
    attempt(() -> guard.watch(alive.reversed().stream().map(ServiceProcess::pid).toList()));
    attempt(() -> state.write(home));
  }

  /** Once it runs, neither a full disk nor a guard that was killed keeps it from running. */
  private void attempt(Runnable write) {
    try {
      write.run();
    } catch (UncheckedIOException e) {
      if (!ready) {
        throw e;
      }
    }
  }
}
