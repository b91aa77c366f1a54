package io.millrace.local.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.machine.Service;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What an instance of a service that was not started here says of itself.
 *
 * @param down the checks for which it is not ready
 */
record ServiceHealth(String name, URI address, State state, List<String> down) {
  enum State {
    READY,
    NOT_READY,
    AWAY
  }

  private static final HttpClient HTTP = HttpClients.connectingWithin(Duration.ofSeconds(2));
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean ready() {
    return state == State.READY;
  }

  static ServiceHealth ask(Service service, URI address) {
    String name = service.serviceName();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/q/health/ready")).timeout(Status.PATIENCE).build();
    try {
      HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == 200
          ? new ServiceHealth(name, address, State.READY, List.of())
          : new ServiceHealth(name, address, State.NOT_READY, down(response.body()));
    } catch (IOException e) {
      return new ServiceHealth(name, address, State.AWAY, List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  /** Nothing where another than the service has answered. */
  private static List<String> down(byte[] body) {
    JsonNode checks;
    try {
      checks = JSON.readTree(body).path("checks");
    } catch (IOException e) {
      return List.of();
    }
    return StreamSupport.stream(checks.spliterator(), false)
        .filter(check -> !check.path("status").asText().equals("UP"))
        .map(check -> check.path("name").asText())
        .sorted()
        .toList();
  }

  String text() {
    return switch (state) {
      case READY -> "ready";
      case NOT_READY ->
          down.isEmpty()
              ? "not ready, and does not say why"
              : "not ready: " + String.join(", ", down);
      case AWAY -> "does not answer";
    };
  }
}
