package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.containers.FlightRequest;
import io.millrace.local.machine.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
 * {@code deploy/k8s/overlays/local} in a namespace of its own, from an empty one to a model that is
 * live, and then rolled, killed and scaled under load.
 */
@Tag("cluster")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalOverlayCT {
  private static final String NAMESPACE = "millrace-ct";
  private static final String OUTSIDE = "millrace-ct-outside";
  private static final Path ROOT = Installation.find().root();
  private static final Duration ROLLED = Duration.ofMinutes(5);
  private static final Set<String> SERVICES =
      Set.of("ingest", "validator", "transformer", "trainer", "evaluator", "serving", "monitor");
  private static final Set<String> NEIGHBOURS = Set.of("broker", "registry", "redis", "s3");

  private static final Map<String, String> TOOL =
      Map.of(
          "app.kubernetes.io/component", "tool",
          "app.kubernetes.io/part-of", "millrace",
          "app.kubernetes.io/instance", "millrace");

  private static final Kubectl kubectl = new Kubectl(NAMESPACE);
  private static final Tool tool = new Tool(NAMESPACE);
  private static TestPods pods;

  @BeforeAll
  static void deploy() throws Exception {
    delete();
    // In the tree, as kustomize takes no absolute path
    Path overlay = ROOT.resolve("tests/containers/target/overlay");
    Files.createDirectories(overlay);
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: %s
        resources: [../../../../deploy/k8s/overlays/local]
        components: [../../../../deploy/k8s/components/hpa]
        patches:
          - target: {kind: HorizontalPodAutoscaler}
            patch: |
              - {op: replace, path: /spec/maxReplicas, value: 2}
              - {op: add, path: /spec/behavior, value: {scaleDown: {stabilizationWindowSeconds: 15}}}
        """
            .formatted(NAMESPACE));
    Instant begin = Instant.now();
    kubectl.run("apply", "-k", overlay.toString());
    awaitReady();
    System.out.printf(
        "all pods ready %d s after apply%n", Duration.between(begin, Instant.now()).toSeconds());
    String image =
        kubectl
            .get("deployment", "ingest")
            .at("/spec/template/spec/containers/0/image")
            .asText()
            .replace("/ingest:", "/cli:");
    pods = new TestPods(kubectl, image, List.of(Asker.class, Prober.class));
  }

  @AfterAll
  static void end() throws Exception {
    // what a red run is read by
    Path state = ROOT.resolve("tests/containers/target/cluster.txt");
    StringBuilder text = new StringBuilder();
    text.append(kubectl.tryTo("", "get", "pods,hpa,events", "-o", "wide").output());
    for (String service : SERVICES) {
      String selector = "app.kubernetes.io/name=" + service;
      text.append(kubectl.tryTo("", "logs", "-l", selector, "--tail", "500", "--prefix").output());
    }
    Files.writeString(state, text);
    delete();
  }

  private static void delete() throws Exception {
    for (String namespace : List.of(NAMESPACE, OUTSIDE)) {
      kubectl.run("delete", "namespace", namespace, "--ignore-not-found");
    }
  }

  private static void awaitReady() throws Exception {
    for (String kind : List.of("statefulset", "deployment")) {
      for (JsonNode item : kubectl.get(kind).path("items")) {
        awaitRolled(kind + "/" + item.at("/metadata/name").asText());
      }
    }
  }

  private static void awaitRolled(String workload) throws Exception {
    kubectl.run("rollout", "status", workload, "--timeout", ROLLED.toSeconds() + "s");
  }

  @Test
  @Order(1)
  void shouldPutAModelLiveInAStrictNamespaceAndLoseAndDoubleNothing() throws Exception {
    assertThat(
            kubectl
                .get("namespace", NAMESPACE)
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
    return new TestPods(elsewhere, pods.image(), List.of(Prober.class));
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
    kubectl.run("scale", "deployment/serving", "--replicas=2");
    awaitRolled("deployment/serving");
    pods.start(
        "asks-serving",
        TOOL,
        Asker.class,
        List.of("http://serving:8501/v2/models/flights/infer", FlightRequest.V2, "100", "90"));
    Thread.sleep(8000);
    kubectl.run("rollout", "restart", "deployment/serving");
    awaitRolled("deployment/serving");
    Kubectl.await("the old ones are gone", ROLLED, () -> podsOf("serving") == 2);
    assertThat(pods.isRunning("asks-serving")).as("somebody asked all the time").isTrue();

    Map<String, Long> answers = answers(pods.end("asks-serving"));
    System.out.println("serving rolled: " + answers);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("kept.200", "own.200");
    assertThat(answers.values()).allMatch(count -> count > 1000);
    kubectl.run("scale", "deployment/serving", "--replicas=1");
    Kubectl.await("one goes", ROLLED, () -> podsOf("serving") == 1);
  }

  /** Those that end among them. */
  private static int podsOf(String service) throws Exception {
    return kubectl.get("pod", "-l", "app.kubernetes.io/name=" + service).path("items").size();
  }

  private static Map<String, Long> answers(String log) {
    Map<String, Long> answers = new TreeMap<>();
    log.lines()
        .map(line -> line.split(" "))
        .filter(parts -> parts.length == 2 && parts[0].matches("(kept|own)\\..*"))
        .forEach(parts -> answers.put(parts[0], Long.parseLong(parts[1])));
    assertThat(answers).as(log).isNotEmpty();
    return answers;
  }

  @Test
  @Order(5)
  void shouldLoseAndDoubleNothingWhenAStatefulServiceIsRolledAndAPodIsDeletedByForce()
      throws Exception {
    long before = vectors();
    CompletableFuture<String> replay =
        tool.start(
            "replay",
            "examples/flights",
            "--from",
            "2001-01-08T00:00:00Z",
            "--to",
            "2001-01-10T00:00:00Z");
    Kubectl.await("events flow", ROLLED, () -> replay.isDone() || vectors() > before + 1000);
    assertThat(replay).as("it goes on").isNotDone();
    kubectl.run("rollout", "restart", "statefulset/validator");
    kubectl.run("delete", "pod", "transformer-0", "--force", "--grace-period=0");
    awaitRolled("statefulset/validator");
    awaitRolled("statefulset/transformer");
    replay.get();

    tool.requireExact("flights");
  }

  private static long vectors() throws Exception {
    return Kubectl.JSON
        .readTree(kubectl.ask("transformer", "/v1/pipelines/flights"))
        .at("/counts/vectors")
        .asLong();
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
    awaitRolled("deployment/ingest");

    Map<String, Long> answers = answers(pods.end("asks-ingest"));
    System.out.println("ingest scaled: " + answers);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("kept.200", "own.200");
    Kubectl.await("one replica", Duration.ofMinutes(5), () -> replicas("ingest") == 1);
  }

  private static int replicas(String deployment) throws Exception {
    return kubectl.get("deployment", deployment).at("/spec/replicas").asInt();
  }
}
