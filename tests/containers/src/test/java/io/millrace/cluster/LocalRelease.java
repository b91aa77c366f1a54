package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code deploy/k8s/overlays/local} in a namespace of its own, which has to be empty or not there
 * at all.
 */
final class LocalRelease implements AutoCloseable {
  static final Path ROOT = Installation.find().root();
  static final Duration ROLLED = Duration.ofMinutes(5);
  static final List<String> SERVICES =
      List.of("ingest", "validator", "transformer", "trainer", "evaluator", "serving", "monitor");
  static final Set<String> NEIGHBOURS = Set.of("broker", "registry", "redis", "s3");

  /** Those of the tool's pods, which may reach all but Redis. */
  static final Map<String, String> TOOL =
      Map.of(
          "app.kubernetes.io/component", "tool",
          "app.kubernetes.io/part-of", "millrace",
          "app.kubernetes.io/instance", "millrace");

  private final Kubectl kubectl;
  private final Tool tool;

  LocalRelease(String namespace) throws Exception {
    this.kubectl = new Kubectl(namespace);
    this.tool = new Tool(namespace);
    deleteNamespace(namespace);
  }

  Kubectl kubectl() {
    return kubectl;
  }

  Tool tool() {
    return tool;
  }

  /**
   * Applies it, with something on top, and waits until all pods are ready.
   *
   * @param more of the kustomization, such as components and patches; paths are from its root by
   *     {@code ../../../..}
   */
  void apply(String more) throws Exception {
    // In the tree, as kustomize takes no absolute path
    Path overlay = ROOT.resolve("tests/containers/target/overlay-" + kubectl.namespace());
    Files.createDirectories(overlay);
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: %s
        resources: [../../../../deploy/k8s/overlays/local]
        %s
        """
            .formatted(kubectl.namespace(), more));
    Instant begin = Instant.now();
    kubectl.run("apply", "-k", overlay.toString());
    awaitReady();
    System.out.printf("all pods ready %d s after apply%n", since(begin));
  }

  void awaitReady() throws Exception {
    for (String kind : List.of("statefulset", "deployment")) {
      for (JsonNode item : kubectl.get(kind).path("items")) {
        awaitRolled(kind + "/" + item.at("/metadata/name").asText());
      }
    }
  }

  void awaitRolled(String workload) throws Exception {
    kubectl.run("rollout", "status", workload, "--timeout", ROLLED.toSeconds() + "s");
  }

  /** Rolls it, and waits until that is done. */
  void roll(String service) throws Exception {
    kubectl.run("rollout", "restart", workload(service));
    awaitRolled(workload(service));
  }

  /** Sets the number of replicas, and waits until there are as many, and no more. */
  void scale(String service, int replicas) throws Exception {
    kubectl.run("scale", workload(service), "--replicas=" + replicas);
    awaitRolled(workload(service));
    Kubectl.await(replicas + " of " + service, ROLLED, () -> podsOf(service).size() == replicas);
  }

  private static String workload(String service) {
    boolean isDeployment = Set.of("ingest", "trainer", "evaluator", "serving").contains(service);
    return (isDeployment ? "deployment/" : "statefulset/") + service;
  }

  /** Those that end among them. */
  JsonNode podsOf(String name) throws Exception {
    return kubectl.get("pod", "-l", "app.kubernetes.io/name=" + name).path("items");
  }

  /** How often the containers of services were started again, by pod. */
  Map<String, Integer> restarts() throws Exception {
    Map<String, Integer> restarts = new TreeMap<>();
    for (JsonNode pod :
        kubectl.get("pod", "-l", "app.kubernetes.io/component=service").path("items")) {
      restarts.put(
          pod.at("/metadata/name").asText(),
          pod.at("/status/containerStatuses/0/restartCount").asInt());
    }
    return restarts;
  }

  /** A count of the transformer's, of the flights. */
  long count(String name) throws Exception {
    return count("flights", name);
  }

  /** A count of the transformer's. */
  long count(String pipeline, String name) throws Exception {
    return Kubectl.JSON
        .readTree(kubectl.ask("transformer", "/v1/pipelines/" + pipeline))
        .at("/counts/" + name)
        .asLong();
  }

  /** By way and result, such as {@code kept.200}: what an {@link Asker} printed. */
  static Map<String, Long> answers(String log) {
    Map<String, Long> answers = new TreeMap<>();
    log.lines()
        .map(line -> line.split(" "))
        .filter(parts -> parts.length == 2 && parts[0].matches("(kept|own)\\..*"))
        .forEach(parts -> answers.put(parts[0], Long.parseLong(parts[1])));
    assertThat(answers).as(log).isNotEmpty();
    return answers;
  }

  /** In seconds. */
  static long since(Instant begin) {
    return Duration.between(begin, Instant.now()).toSeconds();
  }

  static void deleteNamespace(String namespace) throws Exception {
    new Kubectl(namespace).run("delete", "namespace", namespace, "--ignore-not-found");
  }

  /** Leaves behind what a red run is read by. */
  @Override
  public void close() throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(kubectl.tryTo("", "get", "pods,hpa,events", "-o", "wide").output());
    for (String service : SERVICES) {
      String selector = "app.kubernetes.io/name=" + service;
      text.append(kubectl.tryTo("", "logs", "-l", selector, "--tail", "500", "--prefix").output());
    }
    Path target = ROOT.resolve("tests/containers/target");
    Files.writeString(target.resolve(kubectl.namespace() + ".txt"), text);
    deleteNamespace(kubectl.namespace());
  }
}
