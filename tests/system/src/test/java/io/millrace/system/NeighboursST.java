package io.millrace.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.Millrace;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.testkit.oracle.FeatureComparison;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry is away when the validator starts, and Redis while labels stream in; then Redis is
 * there, but has no memory left, and after that lets us do nothing.
 */
@Order(3)
class NeighboursST {
  private static final String AWAY = "2001-01-02T00:00:00Z";
  private static final String UNTIL = "2001-01-03T00:00:00Z";
  private static final String FULL = "2001-01-03T09:00:00Z";
  private static final String LAST = "2001-01-03T18:00:00Z";

  @TempDir Path home;

  @Test
  void shouldCatchUpWhenRegistryAndRedisComeBack() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 20_000, RunningMillrace.featuresOnly())) {
      millrace.replayFlights(AWAY);
      GenericRecord[] any = new GenericRecord[1];
      millrace.forEachVector(RunningMillrace.flights(), vector -> any[0] = vector);
      FeastClient feast = new FeastClient(millrace);

      long before = vectors(millrace);
      CompletableFuture<Void> replay =
          CompletableFuture.runAsync(
              () -> replay(millrace, AWAY, UNTIL, "--speed", "2000x"),
              task -> Thread.ofPlatform().daemon().name("replay").start(task));
      RunningMillrace.await("flights of the second day arrive", () -> vectors(millrace) > before);
      millrace.system.kill9("registry");
      millrace.system.kill9("redis");
      long killed = vectors(millrace);
      assertThat(Millrace.run("status", "--home", home.toString())).isEqualTo(1);
      millrace.system.stop("validator");
      millrace.system.launchAgain("validator");
      RunningMillrace.await("it is live", () -> health(millrace, "validator", "live").equals("UP"));
      assertThat(health(millrace, "validator", "ready")).as("knows no pipeline").isEqualTo("DOWN");
      RunningMillrace.await(
          "the online answer says that Redis is away",
          () -> feast.ask(any[0]).path("code").asText().equals("REDIS_UNAVAILABLE"));
      for (String service : new String[] {"validator", "transformer"}) {
        assertThat(health(millrace, service, "live")).as("liveness of " + service).isEqualTo("UP");
      }
      RunningMillrace.await("flights go on to arrive", () -> vectors(millrace) > killed);

      millrace.system.restart("registry");
      millrace.system.restart("redis");
      RunningMillrace.await("it knows them", () -> millrace.system.isReady("validator"));
      replay.join();
      millrace.awaitParts("flights");

      Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
      assertThat(numbers.isExact()).as(numbers.report()).isTrue();
      FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
      assertThat(comparison.isExact()).as(comparison.report()).isTrue();
      RunningMillrace.await(
          "Redis is filled", () -> feast.ask(any[0]).path("code").isMissingNode());
      feast.requireWhatTheStreamAnswered(Instant.parse(UNTIL), 50);

      refuse(millrace, feast, any[0]);
    }
  }

  private static String health(RunningMillrace millrace, String service, String which)
      throws Exception {
    try {
      return millrace
          .get(millrace.system.url(service).resolve("/q/health/" + which))
          .path("status")
          .asText();
    } catch (ConnectException e) {
      return "AWAY"; // it has only begun
    }
  }

  private static void refuse(RunningMillrace millrace, FeastClient feast, GenericRecord vector)
      throws Exception {
    redis(millrace, "CONFIG SET maxmemory 1");
    replay(millrace, UNTIL, FULL);
    RunningMillrace.await("the writer says so", () -> redisState(millrace).equals("AWAY"));
    assertThat(feast.ask(vector).path("code").isMissingNode()).isTrue();
    millrace.awaitParts("flights");
    redis(millrace, "CONFIG SET maxmemory 0");
    RunningMillrace.await("the writer goes on", () -> redisState(millrace).equals("FOLLOWING"));

    redis(millrace, "ACL SETUSER default -eval -mget");
    replay(millrace, FULL, LAST);
    RunningMillrace.await("the writer says so", () -> redisState(millrace).equals("AWAY"));
    RunningMillrace.await(
        "the online answer says that Redis does not answer",
        () -> feast.ask(vector).path("code").asText().equals("REDIS_UNAVAILABLE"));
    millrace.awaitParts("flights");
    redis(millrace, "ACL SETUSER default +eval +mget");

    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    FeatureComparison comparison = millrace.compareWithFiles(LAST);
    assertThat(comparison.isExact()).as(comparison.report()).isTrue();
    RunningMillrace.await("the writer goes on", () -> redisState(millrace).equals("FOLLOWING"));
    RunningMillrace.await(
        "Redis has what the stream answered",
        () ->
            catchThrowable(() -> feast.requireWhatTheStreamAnswered(Instant.parse(LAST), 50))
                == null);
  }

  private static void replay(RunningMillrace millrace, String from, String to, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("replay", RunningMillrace.FLIGHTS.toString(), "--from", from, "--to", to));
    command.addAll(List.of(more));
    millrace.run(command.toArray(String[]::new));
  }

  private static long vectors(RunningMillrace millrace) throws Exception {
    return millrace.counts("transformer", "flights").path("vectors").asLong();
  }

  private static String redisState(RunningMillrace millrace) throws Exception {
    for (JsonNode check :
        millrace
            .get(millrace.system.url("transformer").resolve("/q/health/ready"))
            .path("checks")) {
      if (check.path("name").asText().equals("redis")) {
        return check.at("/data/flights").asText();
      }
    }
    return "";
  }

  private static void redis(RunningMillrace millrace, String command) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), millrace.system.ports().redis())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(3), US_ASCII))
          .as(command)
          .isEqualTo("+OK");
    }
  }
}
