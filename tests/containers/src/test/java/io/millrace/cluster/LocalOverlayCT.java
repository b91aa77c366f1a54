package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.NEIGHBOURS;
import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.SERVICES;
import static io.millrace.cluster.LocalRelease.TOOL;
import static io.millrace.cluster.LocalRelease.answers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.containers.FlightRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * From an empty namespace to a model that is live, and then rolled, killed and scaled under load.
 */
@Tag("cluster")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalOverlayCT {
  private static final String OUTSIDE = "millrace-ct-outside";

  private static LocalRelease release;
  private static Kubectl kubectl;
  private static Tool tool;
  private static TestPods pods;

  @BeforeAll
  static void deploy() throws Exception {
    LocalRelease.deleteNamespace(OUTSIDE);
    release = new LocalRelease("millrace-ct");
    kubectl = release.kubectl();
    tool = release.tool();
    release.apply(
        """
        components: [../../../../deploy/k8s/components/hpa]
        patches:
          - target: {kind: HorizontalPodAutoscaler}
            patch: |
              - {op: replace, path: /spec/maxReplicas, value: 2}
              - {op: add, path: /spec/behavior, value: {scaleDown: {stabilizationWindowSeconds: 15}}}
        """);
    pods = new TestPods(kubectl, List.of(Asker.class, Prober.class));
  }

  @AfterAll
  static void end() throws Exception {
    if (release != null) {
      release.close();
    }
    LocalRelease.deleteNamespace(OUTSIDE);
  }

  @Test
  @Order(1)
  void shouldPutAModelLiveInAStrictNamespaceAndLoseAndDoubleNothing() throws Exception {
    assertThat(
            kubectl
                .get("namespace", kubectl.namespace())
                .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                .asText())
        .isEqualTo("restricted");

    tool.run("replay", "examples/flights", "--to", "2001-01-08T00:00:00Z");
    tool.run("run", "flights");

    JsonNode numbers = tool.requireExact("flights");
    assertThat(numbers.at("/counts/vectors").asLong()).isGreaterThan(100_000);
    assertThat(tool.run("status")).contains("flights");
  }

  @Test
  @Order(2)
  void shouldAnswerByTheServicesOfTheCluster() throws Exception {
    JsonNode metadata = Kubectl.JSON.readTree(kubectl.ask("serving", "/v2/models/flights"));
    assertThat(metadata.path("name").asText()).isEqualTo("flights");
    assertThat(
            kubectl
                .post("serving", "/v1/models/flights:predict", FlightRequest.V1)
                .path("predictions"))
        .hasSize(1);
    assertThat(
            kubectl.post("serving", "/v2/models/flights/infer", FlightRequest.V2).path("outputs"))
        .isNotEmpty();

    String page = kubectl.ask("monitor", "/");
    Matcher sources = Pattern.compile("(?:src|href)=\"([^\"]+\\.(?:js|css))\"").matcher(page);
    int found = 0;
    while (sources.find()) {
      String source = sources.group(1);
      assertThat(kubectl.ask("monitor", source.startsWith("/") ? source : "/" + source))
          .isNotEmpty();
      found++;
    }
    assertThat(found).as(page).isPositive();
  }

  @Test
  @Order(3)
  void shouldLetThroughExactlyTheFlowsOfTheCatalogue() throws Exception {
    Map<String, String> targets = new TreeMap<>();
    for (JsonNode pod : kubectl.get("pod").path("items")) {
      String name = pod.at("/metadata/labels/app.kubernetes.io~1name").asText();
      if (SERVICES.contains(name) || NEIGHBOURS.contains(name)) {
        for (JsonNode port : pod.at("/spec/containers/0/ports")) {
          int number = port.path("containerPort").asInt();
          targets.put(
              name + ":" + number, "%s:%d".formatted(pod.at("/status/podIP").asText(), number));
        }
      }
    }
    List<String> arguments =
        targets.entrySet().stream().map(t -> t.getKey() + "=" + t.getValue()).toList();
    Map<String, Set<String>> expected = new TreeMap<>();
    for (String service : SERVICES) {
      expected.put(service, new TreeSet<>(Set.of("broker:9092", "registry:8080")));
    }
    List.of("serving", "transformer").forEach(s -> expected.get(s).add("redis:6379"));
    List.of("evaluator", "monitor", "serving", "trainer", "transformer")
        .forEach(s -> expected.get(s).add("s3:9000"));
    NEIGHBOURS.forEach(neighbour -> expected.put(neighbour, new TreeSet<>()));
    expected.get("broker").add("broker:9092");
    Set<String> doors =
        Set.of("ingest:8081", "transformer:6566", "evaluator:8085", "serving:8501", "monitor:8087");
    expected.put("stranger", new TreeSet<>());
    expected.put("outsider", new TreeSet<>(doors));
    expected.put(
        "tool",
        new TreeSet<>(
            targets.keySet().stream()
                .filter(target -> !Set.of("registry:9000", "redis:6379").contains(target))
                .toList()));

    // When
    for (String source : expected.keySet()) {
      if (!source.equals("outsider")) {
        pods.start("from-" + source, labels(source), Prober.class, arguments);
      }
    }
    TestPods outside = outside();
    outside.start("from-outsider", Map.of(), Prober.class, arguments);
    Map<String, Set<String>> open = new TreeMap<>();
    for (String source : expected.keySet()) {
      String log = (source.equals("outsider") ? outside : pods).end("from-" + source);
      assertThat(log).contains("done");
      Set<String> reached = new TreeSet<>();
      log.lines()
          .filter(line -> line.startsWith("open "))
          .forEach(line -> reached.add(line.substring(5)));
      open.put(source, reached);
    }

    // Then
    open.forEach((source, reached) -> System.out.println(source + " -> " + reached));
    assertThat(open).isEqualTo(expected);
  }

  private static TestPods outside() throws Exception {
    Kubectl elsewhere = new Kubectl(OUTSIDE);
    elsewhere.run("create", "namespace", OUTSIDE);
    return new TestPods(elsewhere, List.of(Prober.class));
  }

  /** Those that the pods of a source have, as policies see them. */
  private static Map<String, String> labels(String source) throws Exception {
    if (source.equals("stranger")) {
      return Map.of();
    }
    if (source.equals("tool")) {
      return TOOL;
    }
    Map<String, String> labels = new TreeMap<>();
    kubectl
        .get("pod", "-l", "app.kubernetes.io/name=" + source)
        .at("/items/0/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    labels
        .keySet()
        .removeIf(key -> !key.startsWith("app.kubernetes.io/")); // nobody's pod but the test's
    return labels;
  }

  @Test
  @Order(4)
  void shouldFailNoRequestWhileServingIsRolledAtTwoReplicas() throws Exception {
    release.scale("serving", 2);
    pods.start(
        "asks-serving",
        TOOL,
        Asker.class,
        List.of("http://serving:8501/v2/models/flights/infer", FlightRequest.V2, "100", "90"));
    Thread.sleep(8000);
    release.roll("serving");
    Kubectl.await("the old ones are gone", ROLLED, () -> release.podsOf("serving").size() == 2);
    assertThat(pods.isRunning("asks-serving")).as("somebody asked all the time").isTrue();

    Map<String, Long> answers = answers(pods.end("asks-serving"));
    System.out.println("serving rolled: " + answers);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("kept.200", "own.200");
    assertThat(answers.values()).allMatch(count -> count > 1000);
    release.scale("serving", 1);
  }

  @Test
  @Order(5)
  void shouldLoseAndDoubleNothingWhenAStatefulServiceIsRolledAndAPodIsDeletedByForce()
      throws Exception {
    long before = release.count("vectors");
    CompletableFuture<String> replay =
        tool.start(
            "replay",
            "examples/flights",
            "--from",
            "2001-01-08T00:00:00Z",
            "--to",
            "2001-01-10T00:00:00Z");
    Kubectl.await(
        "events flow", ROLLED, () -> replay.isDone() || release.count("vectors") > before + 1000);
    assertThat(replay).as("it goes on").isNotDone();
    kubectl.run("rollout", "restart", "statefulset/validator");
    kubectl.run("delete", "pod", "transformer-0", "--force", "--grace-period=0");
    release.awaitRolled("statefulset/validator");
    release.awaitRolled("statefulset/transformer");
    replay.get();

    tool.requireExact("flights");
  }

  @Test
  @Order(6)
  void shouldTakeIngestFromOneToTwoAndBack() throws Exception {
    Kubectl.await("one replica", ROLLED, () -> replicas("ingest") == 1);
    pods.start(
        "asks-ingest",
        TOOL,
        Asker.class,
        List.of("http://ingest:8081/v1/pipelines/flights", "-", "400", "100"));
    Kubectl.await("two replicas", Duration.ofMinutes(3), () -> replicas("ingest") == 2);
    release.awaitRolled("deployment/ingest");

    Map<String, Long> answers = answers(pods.end("asks-ingest"));
    System.out.println("ingest scaled: " + answers);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("kept.200", "own.200");
    Kubectl.await("one replica", Duration.ofMinutes(5), () -> replicas("ingest") == 1);
  }

  private static int replicas(String deployment) throws Exception {
    return kubectl.get("deployment", deployment).at("/spec/replicas").asInt();
  }
}
