package io.millrace.features.online;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import redis.embedded.RedisServer;

/** A real Redis on a port of its own, which can be stopped and comes back empty on the same one. */
final class RedisProcess implements AutoCloseable {
  private final int port = freePort();
  private final List<String> settings;
  private RedisServer server;

  RedisProcess() {
    this(List.of());
  }

  /**
   * @param settings lines of its configuration
   */
  RedisProcess(List<String> settings) {
    this.settings = settings;
    this.server = start();
  }

  URI uri() {
    return URI.create("redis://localhost:" + port);
  }

  void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startAgain() {
    server = start();
  }

  private RedisServer start() {
    try {
      var builder =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no");
      for (String setting : settings) {
        builder.setting(setting);
      }
      RedisServer fresh = builder.build();
      fresh.start();
      return fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
