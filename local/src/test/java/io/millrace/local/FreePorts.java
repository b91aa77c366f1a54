package io.millrace.local;

import io.millrace.local.machine.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;

/**
 * A port base at which the infrastructure's ports are free now, below the range (32768 and up) that
 * Linux gives to outgoing connections.
 */
final class FreePorts {
  private FreePorts() {}

  static int base() {
    for (int base = 10_000; base < 22_000; base += 97) {
      Ports ports = new Ports(base);
      if (List.of(
              ports.broker(),
              ports.controller(),
              ports.registry(),
              ports.registryManagement(),
              ports.redis())
          .stream()
          .allMatch(FreePorts::isFree)) {
        return base;
      }
    }
    throw new IllegalStateException("no free ports");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
