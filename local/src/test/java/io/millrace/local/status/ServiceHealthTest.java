package io.millrace.local.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.machine.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {
  private HttpServer server;
  private int status = 200;
  private String body = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/q/health/ready",
        exchange -> {
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldBeReadyWhenItSaysSo() {
    assertThat(ask().ready()).isTrue();
    assertThat(ask().text()).isEqualTo("ready");
  }

  @Test
  void shouldNameTheChecksThatAreDown() {
    status = 503;
    body =
        "{\"status\": \"DOWN\", \"checks\": [{\"name\": \"runs\", \"status\": \"DOWN\"},"
            + " {\"name\": \"redis\", \"status\": \"UP\"},"
            + " {\"name\": \"models\", \"status\": \"DOWN\"}]}";

    assertThat(ask().ready()).isFalse();
    assertThat(ask().text()).isEqualTo("not ready: models, runs");
  }

  @Test
  void shouldNotBeAwayWhenAnotherAnswersForIt() {
    status = 502;
    body = "<html>Bad gateway</html>";

    assertThat(ask().state()).isEqualTo(ServiceHealth.State.NOT_READY);
    assertThat(ask().text()).isEqualTo("not ready, and does not say why");
  }

  @Test
  void shouldBeAwayWhenNobodyAnswers() {
    server.stop(0);

    assertThat(ask().state()).isEqualTo(ServiceHealth.State.AWAY);
  }

  private ServiceHealth ask() {
    return ServiceHealth.ask(
        Service.SERVING, URI.create("http://localhost:" + server.getAddress().getPort()));
  }
}
