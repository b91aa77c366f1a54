package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.reconcile.Duck;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final double MOST_OF_LIMIT = 0.85;

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

  private final Map<String, Double> most = new TreeMap<>();

  @Test
  void shouldStayBelowItsLimitsAndHaveItsStateAgainSoon(@TempDir Path folder) throws Exception {
    write(folder);
    try (NodeVolumes volumes = new NodeVolumes();
        LocalRelease release = new LocalRelease("millrace-ct-growth")) {
      String namespace = release.kubectl().namespace();
      volumes.make(namespace, NodeVolumes.OF_A_RELEASE);
      release.apply(NodeVolumes.CLAIMS);
      Instant begin = Instant.now();
      CompletableFuture<String> replay = release.tool().start("replay", folder.toString());
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

      begin = Instant.now();
      release.roll("transformer");
      awaitCaughtUp(release);
      System.out.printf(
          "transformer rolled, with its volume: caught up after %d s%n", since(begin));

      release.scale("transformer", 0);
      volumes.empty(namespace, "data-transformer-0");
      begin = Instant.now();
      release.scale("transformer", 1);
      awaitCaughtUp(release);
      System.out.printf("transformer without its volume: caught up after %d s%n", since(begin));
      JsonNode numbers = release.tool().requireExact("growth");
      assertThat(numbers.at("/counts/vectors").asLong()).isEqualTo(ENTITIES);
    }
  }

  /** An entity each, over 25 days; what it bought is known an hour later. */
  private static void write(Path folder) throws Exception {
    Files.writeString(folder.resolve("pipeline.yaml"), PIPELINE);
    Path data = Files.createDirectories(folder.resolve("data"));
    try (Duck duck = new Duck()) {
      String visits =
          """
          SELECT range AS id, TIMESTAMP '2024-01-01' + to_microseconds(range * 2160000) AS at,
            range AS who, range %% 17 AS pages FROM range(%d)
          """
              .formatted(ENTITIES);
      duck.execute(
          "COPY (%s) TO %s (FORMAT parquet)"
              .formatted(visits, Duck.literal(data.resolve("visits.parquet").toString())));
      duck.execute(
          "COPY (SELECT id, at + INTERVAL 1 HOUR AS at, id %% 11 AS euros FROM (%s)) TO %s (FORMAT parquet)"
              .formatted(visits, Duck.literal(data.resolve("sales.parquet").toString())));
    }
  }

  private static void awaitCaughtUp(LocalRelease release) throws Exception {
    Kubectl.await(
        "caught up",
        ROLLED,
        () -> {
          Kubectl.Ended answer =
              release
                  .kubectl()
                  .tryTo(
                      "", "get", "--raw", release.kubectl().proxy("transformer", "/scaling/lag"));
          return answer.exitCode() == 0
              && Kubectl.JSON.readTree(answer.output()).path("lag").asLong(-1) == 0;
        });
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
