package io.millrace.local.running;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** {@code /v1/pipelines/{name}} of one service instance. */
public final class PipelineApi {
  private static final HttpClient HTTP = HttpClients.connectingWithin(Duration.ofSeconds(2));
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration USUAL = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final URI pipelines;
  private final Duration usual;

  public PipelineApi(URI service) {
    this(service, USUAL);
  }

  /**
   * @param usual how long an answer may take that takes no longer than usual
   */
  public PipelineApi(URI service, Duration usual) {
    this.pipelines = service.resolve("/v1/pipelines/");
    this.usual = usual;
  }

  /** An answer; the body is a missing node when it is no JSON. */
  public record Answer(int status, JsonNode body) {
    public boolean isOk() {
      return status / 100 == 2;
    }
  }

  /** What the service says of a pipeline. */
  public Answer get(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline)).GET());
  }

  /** Every pipeline that runs there. */
  public Answer list() {
    return send(HttpRequest.newBuilder(pipelines.resolve("../pipelines")).GET());
  }

  /** What monitor is alarmed about, and was. */
  public Answer alerts(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline + "/alerts")).GET());
  }

  /** How many parts monitor knows of, and how many rows they have. */
  public Answer parts(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline + "/parts")).GET());
  }

  /** Which of its files are kept and why, and which would go. */
  public Answer retention(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline + "/retention")).GET(), LONG);
  }

  /** The same, and what would go goes. */
  public Answer collect(String pipeline) {
    return send(post(pipelines.resolve(pipeline + "/retention")), LONG);
  }

  /** The same of all pipelines. */
  public Answer retention() {
    return send(HttpRequest.newBuilder(pipelines.resolve("../retention")).GET(), LONG);
  }

  /** The same of all pipelines, and what would go goes. */
  public Answer collect() {
    return send(post(pipelines.resolve("../retention")), LONG);
  }

  private static HttpRequest.Builder post(URI door) {
    return HttpRequest.newBuilder(door).POST(HttpRequest.BodyPublishers.noBody());
  }

  /** Applies a file. */
  public Answer put(String pipeline, String yaml) {
    return send(
        HttpRequest.newBuilder(pipelines.resolve(pipeline))
            .header("content-type", "application/yaml")
            .PUT(HttpRequest.BodyPublishers.ofString(yaml)));
  }

  /** What there is of a pipeline that removing it would find. */
  public Answer belongings(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline + "/belongings")).GET());
  }

  /**
   * Has a pipeline removed.
   *
   * @param keepData whether its parts, runs and models stay
   */
  public Answer delete(String pipeline, boolean keepData) {
    return send(
        HttpRequest.newBuilder(
                pipelines.resolve(pipeline + "?purge=" + (keepData ? "keep-data" : "all")))
            .DELETE());
  }

  /** Has all of a pipeline removed but its file. */
  public Answer reset(String pipeline, boolean keepModels) {
    return send(
        HttpRequest.newBuilder(
                pipelines.resolve("./" + pipeline + ":reset?keep-models=" + keepModels))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** How far that is. */
  public Answer removal(String pipeline) {
    return send(HttpRequest.newBuilder(pipelines.resolve(pipeline + "/removal")).GET());
  }

  /** Asks for a run. */
  public Answer requestRun(String pipeline) {
    return send(
        HttpRequest.newBuilder(pipelines.resolve(pipeline + "/runs"))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private Answer send(HttpRequest.Builder request) {
    return send(request, usual);
  }

  private Answer send(HttpRequest.Builder request, Duration patience) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(response.body()));
    } catch (IOException e) {
      throw new CommandFailedException(pipelines + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
