package io.millrace.local.system;

import io.millrace.messaging.clients.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Ready when a health address answers 200. */
record HttpHealth(URI address) implements Component.Readiness {
  private static final HttpClient HTTP = HttpClients.connectingWithin(Duration.ofSeconds(1));

  @Override
  public boolean isReady() {
    HttpRequest request =
        HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).GET().build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
