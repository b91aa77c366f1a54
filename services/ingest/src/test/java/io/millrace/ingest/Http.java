package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Asks one server. */
record Http(String url) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofMinutes(2))
          .build();

  /** An answer with a JSON body. */
  record Answer(int status, String contentType, Optional<String> retryAfter, JsonNode body) {
    Answer shouldBe(int expected) {
      assertThat(status).as("status of %s", body).isEqualTo(expected);
      return this;
    }

    Answer shouldBe(ErrorCode code) {
      assertThat(body.path("code").asText()).as("code of %s", body).isEqualTo(code.name());
      assertThat(contentType).isEqualTo("application/problem+json");
      assertThat(body.path("status").asInt()).isEqualTo(status);
      return shouldBe(code.status());
    }

    String detail() {
      return body.path("detail").asText();
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  Answer put(String path, String yaml) {
    return send(
        request(path)
            .header("Content-Type", "application/yaml")
            .PUT(BodyPublishers.ofString(yaml)));
  }

  Answer post(String path, String type, String body) {
    return post(path, type, BodyPublishers.ofString(body));
  }

  Answer post(String path, String type, BodyPublisher body) {
    return send(request(path).header("Content-Type", type).POST(body));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofMinutes(2));
  }

  static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse("none").replaceAll(";.*", ""),
          response.headers().firstValue("Retry-After"),
          JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Asks until the status is as wanted, while the process lives. */
  static void awaitStatus(String url, int wanted, JavaProcess process, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        if (CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == wanted) {
          return;
        }
      } catch (IOException e) {
        assertThat(process.isAlive()).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    throw new AssertionError("no " + wanted + " from " + url + ":\n" + process.log());
  }
}
