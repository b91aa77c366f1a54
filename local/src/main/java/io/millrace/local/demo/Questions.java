package io.millrace.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.replay.files.Event;
import io.millrace.messaging.clients.HttpClients;
import io.millrace.messaging.serde.CloudEvents;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the online door (V2) about the example that was sent last, ten times a second, from the
 * first champion on.
 */
final class Questions implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEPT = 10;

  private final Pipeline pipeline;
  private final URI infer;
  private final HttpClient http = HttpClients.connectingWithin(PATIENCE);
  private final Thread thread;
  private final List<String> failures = new ArrayList<>();
  private volatile @Nullable Event latest;
  private volatile boolean live;
  private volatile boolean closed;
  private long answered;
  private long failed;
  private double slowestMillis;

  /**
   * What came of them.
   *
   * @param failures the first few, in words
   */
  record Tally(long answered, long failed, double slowestMillis, List<String> failures) {
    Tally {
      failures = List.copyOf(failures);
    }
  }

  Questions(Pipeline pipeline, URI serving) {
    this.pipeline = pipeline;
    this.infer = serving.resolve("/v2/models/" + pipeline.name() + "/infer");
    this.thread = Thread.ofPlatform().daemon().name("questions").start(this::run);
  }

  /** What is asked about next. */
  void about(Event example) {
    latest = example;
  }

  synchronized Tally tally() {
    return new Tally(answered, failed, slowestMillis, failures);
  }

  private void run() {
    while (!closed) {
      Event example = latest;
      if (example != null) {
        ask(example);
      }
      try {
        Thread.sleep(BETWEEN);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void ask(Event example) {
    long begin = System.nanoTime();
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(infer)
                  .timeout(PATIENCE)
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(question(example)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        live = true;
        answered((System.nanoTime() - begin) / 1e6);
      } else if (live) {
        failed(answer.statusCode() + " " + answer.body());
      } // before the first champion there is nobody to answer
    } catch (IOException e) {
      if (live) {
        failed(e.toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void answered(double millis) {
    answered++;
    slowestMillis = Math.max(slowestMillis, millis);
  }

  private synchronized void failed(String how) {
    failed++;
    if (failures.size() < KEPT) {
      failures.add(how);
    }
  }

  private String question(Event example) {
    ObjectNode request = JSON.createObjectNode().put("id", example.id());
    ArrayNode inputs = request.putArray("inputs");
    List<Field> fields = pipeline.exampleStream().fieldList();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      Object value = example.values().get(i);
      if (value == null || field.name().equals(pipeline.exampleStream().id())) {
        continue;
      }
      ObjectNode tensor = inputs.addObject().put("name", field.name());
      tensor.putArray("shape").add(1);
      ArrayNode data = tensor.putArray("data");
      switch (field.type().scalar()) {
        case INT -> data.add((Long) value);
        case FLOAT -> data.add((Double) value);
        case BOOL -> data.add((Boolean) value);
        case STRING -> data.add(value.toString());
        case TIMESTAMP -> data.add(CloudEvents.instant((Long) value).toString());
      }
      tensor.put(
          "datatype",
          switch (field.type().scalar()) {
            case INT -> "INT64";
            case FLOAT -> "FP64";
            case BOOL -> "BOOL";
            case STRING, TIMESTAMP -> "BYTES";
          });
    }
    return request.toString();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
