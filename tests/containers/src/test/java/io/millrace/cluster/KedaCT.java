package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The component {@code keda}, with short waits, where the cluster has KEDA. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KedaCT {
  private static LocalRelease release;
  private static Kubectl kubectl;
  private static Tool tool;

  @BeforeAll
  static void deploy() throws Exception {
    Kubectl anywhere = new Kubectl("default");
    Assumptions.assumeTrue(
        anywhere.tryTo("", "get", "crd", "scaledobjects.keda.sh").exitCode() == 0,
        "the cluster has no KEDA");
    release = new LocalRelease("millrace-ct-keda");
    kubectl = release.kubectl();
    tool = release.tool();
    release.apply(
        """
        components: [../../../../deploy/k8s/components/keda]
        transformers: [../../../../deploy/k8s/components/keda/addresses]
        patches:
          - target: {kind: ScaledObject}
            patch: |
              - {op: replace, path: /spec/pollingInterval, value: 2}
          # two processors are soon full
          - target: {kind: ScaledObject, name: transformer|serving|monitor}
            patch: |
              - {op: replace, path: /spec/maxReplicaCount, value: 1}
          - target: {kind: ScaledObject, name: validator}
            patch: |
              - {op: replace, path: /spec/maxReplicaCount, value: 2}
              - {op: replace, path: /spec/triggers/0/metadata/targetValue, value: "2000"}
              - {op: replace, path: /spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown,
                 value: {stabilizationWindowSeconds: 30}}
          - target: {kind: ScaledObject, name: trainer}
            patch: |
              - {op: replace, path: /spec/cooldownPeriod, value: 15}
        """);
  }

  @AfterAll
  static void end() throws Exception {
    if (release != null) {
      release.close();
    }
  }

  @Test
  @Order(1)
  void shouldTakeTheValidatorUpOnLagAndBack() throws Exception {
    CompletableFuture<String> replay =
        tool.start("replay", "examples/flights", "--to", "2001-01-08");
    Instant begin = Instant.now();
    Kubectl.await("more than one", ROLLED, () -> replicas("statefulset", "validator") > 1);
    System.out.printf("validator scaled up after %d s%n", since(begin));
    replay.get();
    begin = Instant.now();
    Kubectl.await("one again", ROLLED, () -> release.podsOf("validator").size() == 1);
    System.out.printf("validator back at one after %d s%n", since(begin));

    JsonNode numbers = tool.requireExact("flights");
    assertThat(numbers.at("/counts/vectors").asLong()).isGreaterThan(100_000);
  }

  @Test
  @Order(2)
  void shouldTakeTheTrainerFromZeroForARunAndBack() throws Exception {
    Kubectl.await("none", ROLLED, () -> release.podsOf("trainer").isEmpty());
    Instant begin = Instant.now();
    CompletableFuture<String> run = tool.start("run", "flights");
    Kubectl.await("one", ROLLED, () -> replicas("deployment", "trainer") == 1);
    System.out.printf("trainer there after %d s%n", since(begin));
    run.get();
    System.out.printf("run done after %d s%n", since(begin));
    begin = Instant.now();
    Kubectl.await("none", ROLLED, () -> release.podsOf("trainer").isEmpty());
    System.out.printf("trainer gone after %d s%n", since(begin));

    tool.requireExact("flights");
  }

  private static int replicas(String kind, String name) throws Exception {
    return kubectl.get(kind, name).at("/spec/replicas").asInt();
  }
}
