package io.millrace.system;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Asks, and keeps all that is answered. */
final class Answers {
  private final HttpClient http = HttpClient.newHttpClient();
  private final StringBuilder kept = new StringBuilder();

  HttpResponse<String> ask(URI service, String path) throws Exception {
    return send(HttpRequest.newBuilder(service.resolve(path)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    keep(answer.headers().map() + answer.body());
    return answer;
  }

  void askEverything(URI service) throws Exception {
    for (String path :
        List.of(
            "/",
            "/q/health",
            "/q/metrics",
            "/q/info",
            "/q/openapi",
            "/q/dev",
            "/v1/pipelines",
            "/v1/pipelines/flights",
            "/v1/pipelines/flights/alerts",
            "/v1/models",
            "/v1/models/flights",
            "/v2/models/flights",
            "/no-such-page")) {
      ask(service, path);
    }
  }

  /** Runs a command of the entry script, and keeps what it says. */
  void command(RunningMillrace millrace, String... command) {
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      millrace.run(command);
    } finally {
      System.setOut(before);
      before.println(said.toString(StandardCharsets.UTF_8));
      keep(said.toString(StandardCharsets.UTF_8));
    }
  }

  void keep(String text) {
    kept.append(text).append('\n');
  }

  @Override
  public String toString() {
    return kept.toString();
  }
}
