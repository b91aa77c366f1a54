package io.millrace.local.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.machine.Home;
import io.millrace.local.process.ProcessIdentity;
import io.millrace.local.state.SystemState;
import io.millrace.messaging.registry.SchemaCache.LookUp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningSystemTest {
  private final StringWriter said = new StringWriter();
  private final CountDownLatch spoken = new CountDownLatch(1);

  @Test
  void shouldSayWhatItWaitsForWhileTheRegistryIsAway(@TempDir Path folder) throws Exception {
    int port = freePort();
    Home home = new Home(folder);
    Files.writeString(
        home.config("application.properties"), "millrace.registry.url=http://localhost:" + port);
    RunningSystem system =
        RunningSystem.of(
                home,
                new SystemState(ProcessIdentity.of(ProcessHandle.current()), 0, true, 0, List.of()))
            .noticing(new Lines());

    CompletableFuture<LookUp> lookUp =
        CompletableFuture.supplyAsync(() -> system.schemas().lookUp(7));
    assertThat(spoken.await(60, TimeUnit.SECONDS)).isTrue();
    HttpServer registry = registryThatKnowsNothing(port);
    try {
      assertThat(lookUp.get(60, TimeUnit.SECONDS)).isEqualTo(new LookUp.Unknown());
    } finally {
      registry.stop(0);
    }

    assertThat(said.toString().lines())
        .containsExactly(
            "millrace: waiting for the schema registry at http://localhost:%d, for 30 s at most"
                .formatted(port));
  }

  private final class Lines extends PrintWriter {
    Lines() {
      super(said);
    }

    @Override
    public void println(String line) {
      super.println(line);
      spoken.countDown();
    }
  }

  private static HttpServer registryThatKnowsNothing(int port) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"status\": 404}".getBytes(UTF_8);
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
