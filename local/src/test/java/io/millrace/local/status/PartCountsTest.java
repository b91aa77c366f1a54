package io.millrace.local.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.machine.Disk;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.status.PartCounts.PartCount;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartCountsTest {
  @Test
  void shouldAskTheNextMonitorWhenOneDoesNotKnow(@TempDir Path folder) throws Exception {
    HttpServer behind = monitor(503, "{\"code\": \"KAFKA_UNAVAILABLE\"}");
    HttpServer ready = monitor(200, "{\"parts\": 3000000000, \"rows\": 7}");
    Home home = new Home(folder);
    try {
      RunningSystem system =
          new RunningSystem(
              home,
              service -> List.of(address(behind), address(ready)),
              SystemClients.of(home, new Ports(0)),
              new Disk(folder, 0),
              line -> {});

      assertThat(new PartCounts(system).of("flights")).isEqualTo(new PartCount(3_000_000_000L, 7));
    } finally {
      behind.stop(0);
      ready.stop(0);
    }
  }

  private static URI address(HttpServer server) {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  private static HttpServer monitor(int status, String body) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/pipelines/flights/parts",
        exchange -> {
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }
}
