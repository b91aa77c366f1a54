package io.millrace.features.online;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real Redis on a port of its own, which can be stopped and comes back empty on the same one. */
final class RedisProcess implements AutoCloseable {
  private final int port = freePort();
  private final String[] settings;
  private RedisServer server;

  /**
   * @param settings further lines of its configuration
   */
  RedisProcess(String... settings) {
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
      RedisServerBuilder builder =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no");
      List.of(settings).forEach(builder::setting);
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
