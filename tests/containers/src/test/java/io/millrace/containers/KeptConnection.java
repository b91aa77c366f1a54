package io.millrace.containers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Someone who asks again and again on one connection, until told to leave it. */
final class KeptConnection {
  private static final Duration BETWEEN = Duration.ofMillis(10);

  private KeptConnection() {}

  /**
   * How it ended.
   *
   * @param answered requests with status 200
   * @param failure of a request
   */
  record End(long answered, Optional<String> failure) {}

  /**
   * Asks from now on.
   *
   * @param body of a POST, else it is a GET
   */
  static CompletableFuture<End> ask(URI uri, Optional<String> body) {
    return CompletableFuture.supplyAsync(
        () -> askUntilTheEnd(uri, body),
        task -> Thread.ofPlatform().daemon().name("asks " + uri).start(task));
  }

  private static End askUntilTheEnd(URI uri, Optional<String> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json");
    body.ifPresent(text -> request.POST(HttpRequest.BodyPublishers.ofString(text)));
    long answered = 0;
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build()) {
      while (true) {
        HttpResponse<String> answer =
            http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          return new End(answered, Optional.of(answer.statusCode() + " " + answer.body()));
        }
        answered++;
        if (answer
            .headers()
            .firstValue("connection")
            .filter("close"::equalsIgnoreCase)
            .isPresent()) {
          return new End(answered, Optional.empty());
        }
        Thread.sleep(BETWEEN);
      }
    } catch (IOException | InterruptedException e) {
      return new End(answered, Optional.of(e.toString()));
    }
  }
}
