package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.reconcile.Duck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A million entities: memory while the state grows, and until a pod has its state again. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 50, unit = TimeUnit.MINUTES)
class GrowthCT {
  private static final int ENTITIES = 1_000_000;
  private static final int MORE = 10_000;
  private static final double MOST_OF_LIMIT = 0.85;
  private static final Duration CAUGHT_UP = Duration.ofMinutes(15);

  private static final String PIPELINE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: growth}
      spec:
        streams:
          visits:
            role: example
            id: id
            time: at
            fields:
              id: {type: INT}
              at: {type: TIMESTAMP}
              who: {type: INT}
              pages: {type: INT}
          sales:
            role: label
            id: id
            time: at
            fields:
              id: {type: INT}
              at: {type: TIMESTAMP}
              euros: {type: INT}
        label: {name: bought, kind: BINARY, value: "euros > 5", within: 48h, absent: drop}
        features:
          windowed:
            euros_30d: {entity: who, over: labels, mean: euros, window: 30d, pane: 1d}
        transform:
          - {op: identity, inputs: [pages, euros_30d]}
        serve: {stream: true}
      """;

  @TempDir Path work;
  private final Map<String, Double> most = new TreeMap<>();

  @Test
  void shouldStayBelowItsLimitsAndHaveItsStateAgainSoon() throws Exception {
    String all = write(0).toString();
    try (NodeVolumes volumes = new NodeVolumes();
        LocalRelease release = new LocalRelease("millrace-ct-growth")) {
      String namespace = release.kubectl().namespace();
      volumes.make(namespace, NodeVolumes.OF_A_RELEASE);
      release.apply(NodeVolumes.CLAIMS);
      Instant begin = Instant.now();
      CompletableFuture<String> replay = release.tool().start("replay", all);
      while (!replay.isDone()) {
        look(release);
        Thread.sleep(5000);
      }
      replay.get();
      System.out.printf("%,d entities after %d s%n", ENTITIES, since(begin));
      most.forEach(
          (pod, share) ->
              System.out.printf("%s: at most %.0f %% of its limit%n", pod, share * 100));
      assertThat(most.values()).hasSize(7).allMatch(share -> share > 0 && share < MOST_OF_LIMIT);
      assertThat(release.restarts().values()).containsOnly(0);

      System.out.printf(
          "transformer rolled, with its volume: caught up after %d s%n",
          caughtUpAfter(release, 1, () -> release.roll("transformer")));
      System.out.printf(
          "transformer without its volume: caught up after %d s%n",
          caughtUpAfter(
              release,
              2,
              () -> {
                release.scale("transformer", 0);
                volumes.empty(namespace, "data-transformer-0");
                release.scale("transformer", 1);
              }));
      JsonNode numbers = release.tool().requireExact("growth");
      assertThat(numbers.at("/counts/vectors").asLong()).isEqualTo(ENTITIES + 2 * MORE);
    }
  }

  /**
   * Sends a day more and does something to the transformer; returns the seconds from then until it
   * has made a vector of each of the day's examples, which takes all of its state.
   */
  private long caughtUpAfter(LocalRelease release, int round, Disturbance disturbance)
      throws Exception {
    String folder = write(round).toString();
    long before = ENTITIES + (round - 1L) * MORE;
    Kubectl.await("all vectors", ROLLED, () -> release.count("growth", "vectors") == before);
    Instant begin = Instant.now();
    CompletableFuture<String> replay =
        release.tool().start("replay", folder, "--no-apply", "--no-wait");
    disturbance.run();
    replay.get();
    Kubectl.await("its vectors", CAUGHT_UP, () -> vectors(release) == before + MORE);
    return since(begin);
  }

  /** None while the transformer does not answer. */
  private static long vectors(LocalRelease release) {
    try {
      return release.count("growth", "vectors");
    } catch (Exception | AssertionError e) { // it is not there yet
      return -1;
    }
  }

  /** What is done to a release. */
  private interface Disturbance {
    void run() throws Exception;
  }

  /**
   * The pipeline, and a part of its data: first an entity each, over 25 days, then a day more of
   * some of them at a time. What an entity bought is known an hour later.
   */
  private Path write(int round) throws Exception {
    Path folder = Files.createDirectory(work.resolve("round" + round));
    Files.writeString(folder.resolve("pipeline.yaml"), PIPELINE);
    Path data = Files.createDirectories(folder.resolve("data"));
    long from = round == 0 ? 0 : ENTITIES + (round - 1L) * MORE;
    long to = round == 0 ? ENTITIES : from + MORE;
    try (Duck duck = new Duck()) {
      String visits =
          """
          SELECT range AS id, TIMESTAMP '2024-01-01' + to_microseconds(%s) AS at,
            range %% %d AS who, range %% 17 AS pages FROM range(%d, %d)
          """
              .formatted(
                  round == 0
                      ? "range * 2160000"
                      : "%d * 86400000000 + (range - %d) * 1000000".formatted(24 + 2 * round, from),
                  ENTITIES,
                  from,
                  to);
      duck.execute(
          "COPY (%s) TO %s (FORMAT parquet)"
              .formatted(visits, Duck.literal(data.resolve("visits.parquet").toString())));
      duck.execute(
          "COPY (SELECT id, v.at + INTERVAL 1 HOUR AS at, id %% 11 AS euros FROM (%s) v) TO %s (FORMAT parquet)"
              .formatted(visits, Duck.literal(data.resolve("sales.parquet").toString())));
    }
    return folder;
  }

  /** The resident memory of each service, as a share of its limit. */
  private void look(LocalRelease release) throws Exception {
    JsonNode pods =
        release.kubectl().get("pod", "-l", "app.kubernetes.io/component=service").path("items");
    String node = pods.at("/0/spec/nodeName").asText();
    JsonNode stats =
        Kubectl.JSON.readTree(
            release
                .kubectl()
                .run("get", "--raw", "/api/v1/nodes/" + node + "/proxy/stats/summary"));
    for (JsonNode pod : pods) {
      String name = pod.at("/metadata/name").asText();
      double limit = mebibytes(pod.at("/spec/containers/0/resources/limits/memory").asText());
      for (JsonNode stat : stats.path("pods")) {
        if (stat.at("/podRef/name").asText().equals(name)
            && stat.at("/podRef/namespace").asText().equals(release.kubectl().namespace())) {
          double rss = stat.at("/containers/0/memory/rssBytes").asDouble() / (1 << 20);
          most.merge(
              pod.at("/metadata/labels/app.kubernetes.io~1name").asText(), rss / limit, Math::max);
        }
      }
    }
  }

  private static double mebibytes(String quantity) {
    double number = Double.parseDouble(quantity.replaceAll("\\D", ""));
    return quantity.endsWith("Gi") ? number * 1024 : number;
  }
}
