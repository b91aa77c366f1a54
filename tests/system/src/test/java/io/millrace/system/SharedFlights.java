package io.millrace.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The flights in a shared system, replayed once for all stories that look at them, each further
 * than those before it. Nobody asks for a run but these stories.
 */
final class SharedFlights {
  static final String NAME = "flights";
  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");

  private final RunningMillrace millrace;
  private Instant end = START;

  SharedFlights(RunningMillrace millrace) {
    this.millrace = millrace;
  }

  /** Which flights have been replayed: those before it. */
  Instant end() {
    return end;
  }

  /** Replays those that are still missing, and waits until the last row is in a part. */
  void replayUntil(Instant until) throws Exception {
    if (end.equals(START)) {
      apply(100, 6);
    }
    if (until.isAfter(end)) {
      millrace.run(
          "replay",
          RunningMillrace.FLIGHTS.toString(),
          "--no-apply",
          "--from",
          end.toString(),
          "--to",
          until.toString());
      hasReplayed(until);
    }
  }

  void replayUntil(String until) throws Exception {
    replayUntil(Instant.parse(until));
  }

  /** Someone else has sent those before a time. */
  void hasReplayed(Instant until) throws Exception {
    millrace.awaitParts(NAME);
    end = until;
  }

  /** Applies the flights with another learner, where nobody else asks for a run. */
  void apply(int rounds, int maxDepth) throws IOException {
    apply(file(rounds, maxDepth));
  }

  /** Applies them so that a candidate needs not be better than the champion. */
  void applyWithoutRival(int rounds) throws IOException {
    apply(file(rounds, 6).replaceFirst("(?m)^ *- \\{metric: auc, change.*$", ""));
  }

  /** The same, and keeps what a run has made only as long as something needs it. */
  void applyWithoutRivalKeepingNothing(int rounds) throws IOException {
    apply(
        file(rounds, 6).replaceFirst("(?m)^ *- \\{metric: auc, change.*$", "").stripTrailing()
            + "\n  retention: {models: 1s, manifests: 1s, transforms: 1s}\n");
  }

  private void apply(String yaml) throws IOException {
    Path file = Files.createTempDirectory(NAME).resolve("pipeline.yaml");
    Files.writeString(file, yaml);
    millrace.run("apply", file.toString());
  }

  private static String file(int rounds, int maxDepth) throws IOException {
    return Files.readString(RunningMillrace.FLIGHTS.resolve("pipeline.yaml"))
        .replaceFirst(
            "rounds: 100, maxDepth: 6", "rounds: %d, maxDepth: %d".formatted(rounds, maxDepth))
        .replaceFirst("on: \\[decay\\], firstAfter: 200000", "on: [], firstAfter: 100000000");
  }

  /** What the registry of models has of them. */
  JsonNode model() throws Exception {
    return millrace.get(millrace.system.url("evaluator").resolve("/v1/models/" + NAME));
  }

  /** Makes a first model where there is none. */
  void requireChampion() throws Exception {
    if (model().at("/aliases/champion").asInt() == 0) {
      millrace.run("run", NAME);
    }
    RunningMillrace.await(
        "the champion is loaded",
        () ->
            millrace
                    .send(
                        "GET",
                        millrace
                            .system
                            .url("serving")
                            .resolve("/v2/models/%s/ready".formatted(NAME)),
                        "application/json",
                        "")
                    .statusCode()
                == 200);
  }
}
