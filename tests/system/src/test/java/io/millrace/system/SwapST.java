package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions go live one after another while 200 requests a second are answered, by a process that
 * has answered some before: a cold JVM takes seconds.
 */
@Warm
class SwapST {
  private static final String UNTIL = "2001-01-03T00:00:00Z";

  private static final int[] WARM_UP = {50, 200};
  private static final Duration AROUND = Duration.ofSeconds(2);

  @TempDir Path folder;

  private final RunningMillrace millrace;
  private String name = "";

  SwapST(RunningMillrace warm) {
    this.millrace = warm;
  }

  @Test
  void shouldFailNoRequestWhileVersionsChange() throws Exception {
    swap(3);
  }

  @Tag("full")
  @Test
  void shouldFailNoRequestWhileTenVersionsGoLive() throws Exception {
    swap(10);
  }

  /**
   * @param count so many versions go live under load, behind the first
   */
  private void swap(int count) throws Exception {
    name = "swapped" + count;
    Path pipeline =
        RunningMillrace.flightsAs(name, folder, RunningMillrace.FLIGHTS_DATA)
            .resolve("pipeline.yaml");
    String yaml = Files.readString(pipeline);
    Files.writeString(pipeline, variant(yaml, 1));
    millrace.run("replay", folder.toString(), "--to", UNTIL);
    millrace.awaitParts(name);
    millrace.run("run", name);
    awaitLive(1);
    List<String> bodies = new ArrayList<>();
    millrace.forEachVector(RunningMillrace.pipeline(yaml), vector -> add(bodies, vector));

    List<Instant> swaps = new ArrayList<>();
    URI infer = millrace.system.url("serving").resolve("/v2/models/" + name + "/infer");
    for (int perSecond : WARM_UP) {
      try (Load warmUp = new Load(infer, bodies, perSecond)) {
        Thread.sleep(10_000);
        assertThat(warmUp.failures()).isEmpty();
      }
    }
    try (Load load = new Load(infer, bodies, 200)) {
      Thread.sleep(5_000);
      int last = 1 + count;
      for (int version = 2; version <= last; version++) {
        Files.writeString(pipeline, variant(yaml, version));
        millrace.run("apply", pipeline.toString());
        millrace.run("run", name);
        awaitLive(version);
        swaps.add(Instant.now());
        Thread.sleep(3_000);
      }
      Instant rollback = Instant.now();
      rollBack();
      awaitLive(last - 1);
      Duration took = Duration.between(rollback, Instant.now());
      swaps.add(Instant.now());
      Thread.sleep(3_000);
      load.close(); // what is still to be answered counts too

      System.out.printf(
          "%d answers, %d failures; p50 %.1f ms; p99 steady %.1f ms, around swaps %.1f ms; roll-back %s%n",
          load.answered(),
          load.failures().size(),
          load.millis(0.5, at -> true),
          load.millis(0.99, at -> !isNear(swaps, at)),
          load.millis(0.99, at -> isNear(swaps, at)),
          took);
      System.out.printf(
          "swaps at %s s; answers over 200 ms, by second: %s%n",
          swaps.stream().map(load::second).toList(), load.slow(200));
      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isGreaterThan(200 * 3 * swaps.size());
    }
  }

  @AfterEach
  void delete() throws Exception {
    millrace.delete(name);
  }

  private void rollBack() throws Exception {
    var answer =
        millrace.send(
            "POST",
            millrace.system.url("evaluator").resolve("/v1/models/" + name + ":rollback"),
            "application/json",
            "{\"reason\": \"test\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void awaitLive(int version) throws Exception {
    RunningMillrace.await(
        "version " + version + " answers",
        () -> {
          JsonNode model =
              millrace.get(millrace.system.url("serving").resolve("/v2/models/" + name));
          return model.at("/versions").toString().contains("\"" + version + "\"")
              && live() == version;
        });
  }

  private int live() throws Exception {
    return millrace
        .get(
            millrace
                .system
                .url("serving")
                .resolve("/v1/models/" + name + "/labels/champion/metadata"))
        .at("/model_spec/version")
        .asInt();
  }

  private static void add(List<String> bodies, GenericRecord vector) {
    if (bodies.size() < 1000) {
      bodies.add(ServingClient.v2Request(vector));
    }
  }

  /** The flights with another number of rounds, a low bar, and no champion to beat. */
  private static String variant(String yaml, int rounds) {
    return yaml.replaceFirst("rounds: 100", "rounds: " + (10 + rounds))
        .replaceFirst("lowerBound: 0.65", "lowerBound: 0.5")
        .replaceFirst("(?m)^ *- \\{metric: auc, change.*$", "");
  }

  private static boolean isNear(List<Instant> swaps, Instant at) {
    return swaps.stream().anyMatch(swap -> Duration.between(swap, at).abs().compareTo(AROUND) <= 0);
  }
}
