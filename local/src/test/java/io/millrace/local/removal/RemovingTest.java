package io.millrace.local.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.terminal.CommandFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command against a server that answers as ingest does. */
class RemovingTest {
  private static final String HERE =
      "{\"version\":1,\"deleted\":false,\"gone\":false,\"purge\":null,\"state\":\"DONE\"}";
  private static final String BELONGINGS =
      """
      {"topics":["millrace.rain.days","millrace.rain.examples"],"foreignTopics":["my.days"],
       "groups":["millrace-validator-rain"],"schemas":["millrace.rain.days-value"],
       "facts":{"millrace.pipelines":2,"millrace.datasets":5,"millrace.runs":6,"millrace.models":3,
                "millrace.alerts":1,"millrace.metrics":4,"millrace.drift":7}}
      """;

  private final StringWriter said = new StringWriter();
  private final List<String> asked = new ArrayList<>();

  /** Of …/removal, the last one for good. */
  private final Deque<String> removal = new ArrayDeque<>();

  private int taken = 202;

  @SuppressWarnings("NullAway.Init")
  private HttpServer ingest;

  @BeforeEach
  void start() throws IOException {
    ingest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ingest.createContext("/", this::answer);
    ingest.start();
  }

  @AfterEach
  void stop() {
    ingest.stop(0);
  }

  @Test
  void shouldShowWhatGoesAndRemoveItOnceItsNameWasTyped() {
    removal.add(HERE);
    removal.add(
        "{\"purge\":\"DELETE\",\"state\":\"REMOVING\",\"waitsFor\":{\"millrace-monitor-rain\":[\"a\"]}}");
    removal.add("{\"purge\":\"DELETE\",\"state\":\"REMOVING\",\"step\":\"topics\"}");
    removal.add(
        """
        {"purge":null,"state":"DONE","version":3,"gone":true,"removed":
          {"topics":2,"groups":1,"facts":26,"schemas":0,"schemasLeft":["millrace.rain.days-value"]}}
        """);

    int version = removing(Purge.DELETE, "rain\n").remove(false, Duration.ofMinutes(1));

    assertThat(version).isEqualTo(3);
    assertThat(asked).contains("DELETE /v1/pipelines/rain?purge=all");
    assertThat(said.toString().lines())
        .containsExactly(
            "To delete rain removes",
            "  2 topics with all their records, 1 consumer groups",
            "  the services' state, and what the online store has of it",
            "  what was said of its parts (5) and runs (6)",
            "  what was said of its models (3)",
            "  its metrics (4), drift (7) and alerts (1)",
            "  its file in all versions (2) and 1 schemas",
            "Your topic my.days stays as it is.",
            "Type rain to go on: waiting until they let go of it: millrace-monitor-rain",
            "removing topics",
            "rain is deleted: 2 topics, 1 groups, 26 facts, 0 schemas are gone",
            "The registry lets nobody remove schemas and keeps 1: a file of this name must fit them."
                + " apicurio.rest.deletion.artifact.enabled=true lets them be removed.");
  }

  @Test
  void shouldRemoveNothingWhenAnythingElseIsTyped() {
    removal.add(HERE);

    assertThatThrownBy(() -> removing(Purge.RESET, "yes\n").remove(false, Duration.ofMinutes(1)))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("nothing was removed");
    assertThat(asked).allMatch(request -> request.startsWith("GET "));
  }

  @Test
  void shouldRemoveNothingWhereNobodyAnswers() {
    removal.add(HERE);

    assertThatThrownBy(() -> removing(Purge.DELETE, "").remove(false, Duration.ofMinutes(1)))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("--yes");
    assertThat(asked).allMatch(request -> request.startsWith("GET "));
  }

  @Test
  void shouldFollowAResetThatWasBegunWithoutAskingAgain() {
    removal.add("{\"version\":2,\"purge\":\"RESET\",\"state\":\"REMOVING\"}");
    removal.add("{\"version\":3,\"purge\":null,\"state\":\"DONE\"}");

    int version = removing(Purge.RESET, "").remove(false, Duration.ofMinutes(1));

    assertThat(version).isEqualTo(3);
    assertThat(asked).contains("POST /v1/pipelines/rain:reset?keep-models=false");
    assertThat(said.toString().lines())
        .containsExactly("rain is being reset already", "rain is reset");
  }

  @Test
  void shouldBeDoneWithWhatIsDeletedAlready() {
    removal.add("{\"version\":2,\"deleted\":true,\"gone\":true,\"purge\":null,\"state\":\"DONE\"}");

    int unused = removing(Purge.DELETE_KEEPING_DATA, "").remove(false, Duration.ofMinutes(1));

    assertThat(said.toString()).contains("rain is deleted already, and nothing is left of it");
    assertThat(asked).containsExactly("GET /v1/pipelines/rain/removal");
    assertThatThrownBy(() -> removing(Purge.RESET, "").remove(true, Duration.ofMinutes(1)))
        .hasMessageContaining("apply its file instead");
  }

  @Test
  void shouldRemoveWhatAnEarlierDeletionHasKept() {
    String kept =
        "{\"version\":2,\"deleted\":true,\"gone\":true,\"kept\":\"DELETE_KEEPING_DATA\",\"state\":\"DONE\"}";
    removal.add(kept);
    int same = removing(Purge.DELETE_KEEPING_DATA, "").remove(true, Duration.ofMinutes(1));
    assertThat(same).isEqualTo(2);
    assertThat(said.toString())
        .contains(
            "rain is deleted already, and its parts, runs and models are kept;"
                + " without --keep-data they go as well");
    removal.clear();
    removal.add(kept);
    removal.add("{\"version\":3,\"gone\":true,\"state\":\"DONE\"}");

    int version = removing(Purge.DELETE, "").remove(true, Duration.ofMinutes(1));

    assertThat(version).isEqualTo(3);
    assertThat(asked).contains("DELETE /v1/pipelines/rain?purge=all");
    assertThat(said.toString())
        .contains("rain was deleted with --keep-data", "what was said of its parts (5)");
  }

  @Test
  void shouldSayWhatItWaitsForWhenItsTimeIsOver() {
    removal.add(HERE);
    removal.add(
        "{\"purge\":\"RESET\",\"state\":\"REMOVING\",\"failure\":{\"code\":\"KAFKA_REFUSED\",\"message\":\"no right\"}}");

    assertThatThrownBy(() -> removing(Purge.RESET, "").remove(true, Duration.ZERO))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "rain is not reset within 0 s, but that goes on: KAFKA_REFUSED, tried again: no right");
  }

  @Test
  void shouldSayTheCodeOfARefusal() {
    removal.add(HERE);
    taken = 404;

    assertThatThrownBy(() -> removing(Purge.DELETE, "").remove(true, Duration.ofMinutes(1)))
        .hasMessage("UNKNOWN_PIPELINE: there is none");
  }

  private Removing removing(Purge purge, String typed) {
    return new Removing(
        new PipelineApi(URI.create("http://localhost:" + ingest.getAddress().getPort())),
        "rain",
        purge,
        new PrintWriter(said),
        new BufferedReader(new StringReader(typed)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(request);
    String body = "{\"version\":2}";
    int status = 200;
    if (request.endsWith("/removal")) {
      body = removal.size() > 1 ? removal.remove() : removal.getFirst();
    } else if (request.endsWith("/belongings")) {
      body = BELONGINGS;
    } else {
      status = taken;
      if (status >= 400) {
        body = "{\"code\":\"UNKNOWN_PIPELINE\",\"detail\":\"there is none\"}";
      }
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
