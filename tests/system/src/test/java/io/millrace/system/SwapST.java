package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten versions go live one after another while 200 requests a second are answered. */
class SwapST {
  private static final String UNTIL = "2001-01-03T00:00:00Z";
  private static final int VERSIONS = 10;
  private static final Duration AROUND = Duration.ofSeconds(2);

  @TempDir Path home;

  @Test
  void shouldFailNoRequestWhileVersionsChange() throws Exception {
    try (RunningMillrace millrace = new RunningMillrace(home, 22_000, Options.everything())) {
      millrace.run("apply", variant(1).toString());
      millrace.run("replay", RunningMillrace.FLIGHTS.toString(), "--no-apply", "--to", UNTIL);
      millrace.awaitParts("flights");
      millrace.run("run", "flights");
      awaitLive(millrace, 1);
      List<String> bodies = new ArrayList<>();
      millrace.forEachVector(RunningMillrace.flights(), vector -> add(bodies, vector));

      List<Instant> swaps = new ArrayList<>();
      try (Load load =
          new Load(
              millrace.system.url("serving").resolve("/v2/models/flights/infer"), bodies, 200)) {
        Thread.sleep(10_000);
        for (int version = 2; version <= VERSIONS; version++) {
          millrace.run("apply", variant(version).toString());
          millrace.run("run", "flights");
          awaitLive(millrace, version);
          swaps.add(Instant.now());
          Thread.sleep(3_000);
        }
        Instant rollback = Instant.now();
        rollBack(millrace);
        awaitLive(millrace, VERSIONS - 1);
        Duration took = Duration.between(rollback, Instant.now());
        swaps.add(Instant.now());

        System.out.printf(
            "%d answers, %d failures; p50 %.1f ms; p99 steady %.1f ms, around swaps %.1f ms; roll-back %s%n",
            load.answered(),
            load.failures().size(),
            load.millis(0.5, at -> true),
            load.millis(0.99, at -> !isNear(swaps, at)),
            load.millis(0.99, at -> isNear(swaps, at)),
            took);
        assertThat(load.failures()).isEmpty();
        assertThat(load.answered()).isGreaterThan(200 * 30);
        assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(2));
      }
    }
  }

  private static void rollBack(RunningMillrace millrace) throws Exception {
    var answer =
        millrace.send(
            "POST",
            millrace.system.url("evaluator").resolve("/v1/models/flights:rollback"),
            "application/json",
            "{\"reason\": \"test\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void awaitLive(RunningMillrace millrace, int version) throws Exception {
    RunningMillrace.await(
        "version " + version + " answers",
        () -> {
          JsonNode model =
              millrace.get(millrace.system.url("serving").resolve("/v2/models/flights"));
          return model.at("/versions").toString().contains("\"" + version + "\"")
              && live(millrace) == version;
        });
  }

  private static int live(RunningMillrace millrace) throws Exception {
    return millrace
        .get(millrace.system.url("serving").resolve("/v1/models/flights/labels/champion/metadata"))
        .at("/model_spec/version")
        .asInt();
  }

  private static void add(List<String> bodies, GenericRecord vector) {
    if (bodies.size() < 1000) {
      bodies.add(ServingClient.v2Request(vector));
    }
  }

  /** The flights with another number of rounds, a low bar, and no champion to beat. */
  private static Path variant(int rounds) throws Exception {
    Path file = Files.createTempDirectory("variant").resolve("pipeline.yaml");
    Files.writeString(
        file,
        Files.readString(RunningMillrace.FLIGHTS.resolve("pipeline.yaml"))
            .replaceFirst("rounds: 100", "rounds: " + (10 + rounds))
            .replaceFirst("lowerBound: 0.65", "lowerBound: 0.5")
            .replaceFirst("(?m)^ *- \\{metric: auc, change.*$", ""));
    return file;
  }

  private static boolean isNear(List<Instant> swaps, Instant at) {
    return swaps.stream().anyMatch(swap -> Duration.between(swap, at).abs().compareTo(AROUND) <= 0);
  }
}
