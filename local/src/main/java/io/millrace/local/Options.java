package io.millrace.local;

import io.millrace.local.machine.Disk;
import io.millrace.local.machine.Service;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How a system is started.
 *
 * @param fresh whether earlier data is deleted first
 * @param instances how many of each service; none for one that is left out
 * @param readyTimeout how long infrastructure, and then the services, may take
 * @param disk how much of it has to be free
 * @param jvm options of every JVM that is started
 */
public record Options(
    boolean fresh,
    Map<Service, Integer> instances,
    Duration readyTimeout,
    StartListener listener,
    Disk.Needs disk,
    List<String> jvm) {
  static final Duration READY_TIMEOUT = Duration.ofMinutes(10);

  public Options {
    Map<Service, Integer> copied = new EnumMap<>(Service.class);
    copied.putAll(instances);
    instances = Collections.unmodifiableMap(copied);
    jvm = List.copyOf(jvm);
  }

  /** Everything once, on the data that is there. */
  public static Options everything() {
    Map<Service, Integer> one = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      one.put(service, 1);
    }
    return new Options(
        false, one, READY_TIMEOUT, StartListener.silent(), Disk.Needs.USUAL, List.of());
  }

  /** Broker, registry and Redis only. */
  public static Options infrastructureOnly() {
    return new Options(
        false,
        new EnumMap<>(Service.class),
        READY_TIMEOUT,
        StartListener.silent(),
        Disk.Needs.USUAL,
        List.of());
  }

  /** On an empty data folder. */
  public Options withFreshData() {
    return new Options(true, instances, readyTimeout, listener, disk, jvm);
  }

  public Options withInstances(Service service, int count) {
    Map<Service, Integer> changed = new EnumMap<>(Service.class);
    changed.putAll(instances);
    changed.put(service, count);
    return new Options(fresh, changed, readyTimeout, listener, disk, jvm);
  }

  public Options withListener(StartListener other) {
    return new Options(fresh, instances, readyTimeout, other, disk, jvm);
  }

  public Options withDisk(Disk.Needs needs) {
    return new Options(fresh, instances, readyTimeout, listener, needs, jvm);
  }

  /**
   * Such as {@code -XX:TieredStopAtLevel=1} for a system that hardly lives longer than its start.
   */
  public Options withJvm(String... more) {
    return new Options(fresh, instances, readyTimeout, listener, disk, List.of(more));
  }
}
