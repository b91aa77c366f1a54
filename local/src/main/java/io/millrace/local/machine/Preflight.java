package io.millrace.local.machine;

import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What has to hold before anything is started. */
public final class Preflight {
  private static final Path CLIENT_PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})");
  private static final int LOOKS = 5;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private Preflight() {}

  /**
   * Refuses when a port is taken.
   *
   * @param ports port to the name of what wants it
   */
  public static void requireFree(Map<Integer, String> ports) {
    ports.forEach(
        (port, name) -> {
          if (!isFree(port)) {
            String holder = PortHolder.of(port).map(pid -> " by process " + pid).orElse("");
            throw new CommandFailedException(
                "port %d, which %s needs, is in use%s; stop that, or choose other ports with --port-base"
                    .formatted(port, name, holder));
          }
        });
  }

  /**
   * What there is to say of ports that the kernel may give to any client that connects somewhere,
   * so that one may be taken when its service wants it, at a start again too; Linux tells which.
   */
  public static Optional<String> warning(Collection<Integer> ports) {
    try {
      return Files.isReadable(CLIENT_PORTS)
          ? warning(ports, Files.readString(CLIENT_PORTS))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it is only a warning
    }
  }

  /**
   * @param range the first port of clients and the last
   */
  static Optional<String> warning(Collection<Integer> ports, String range) {
    Matcher numbers = RANGE.matcher(range.strip());
    if (!numbers.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(numbers.group(1));
    int last = Integer.parseInt(numbers.group(2));
    List<Integer> within =
        ports.stream().filter(port -> first <= port && port <= last).sorted().toList();
    return within.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "WARNING: the kernel may give port %d to any client, as all from %d to %d; choose a --port-base that keeps clear of them"
                .formatted(within.getFirst(), first, last));
  }

  /** Refuses when the disk that holds the folder has less left than is wanted. */
  public static void requireDisk(Path folder, long wantedBytes) {
    try {
      Files.createDirectories(folder);
      requireDisk(folder, Files.getFileStore(folder).getUsableSpace(), wantedBytes);
    } catch (IOException e) {
      throw new CommandFailedException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  static void requireDisk(Path folder, long usableBytes, long wantedBytes) {
    if (usableBytes < wantedBytes) {
      throw new CommandFailedException(
          "%s has %.1f GiB of disk left; Millrace wants %.0f GiB: make room, or let --home name a folder on another disk"
              .formatted(
                  folder, usableBytes / (double) (1L << 30), wantedBytes / (double) (1L << 30)));
    }
  }

  /**
   * Looked at more than once: a process that this one is starting on another thread holds for a
   * moment whatever is open here, such as the port that was just tried.
   */
  private static boolean isFree(int port) {
    for (int look = 1; ; look++) {
      if (binds(new InetSocketAddress(port))
          && binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        return true;
      }
      if (look == LOOKS) {
        return false;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  private static boolean binds(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
