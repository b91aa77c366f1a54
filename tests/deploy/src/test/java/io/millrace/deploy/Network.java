package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Policies let through what has to get through. */
final class Network {
  private static final Peer KEDA = new Peer(Map.of("app", "keda-operator"), "keda");
  private static final Peer PROMETHEUS =
      new Peer(Map.of(Selections.NAME, "prometheus"), "monitoring");

  /** One set of settings serves all, and not all speak to these. */
  private static final Map<String, List<String>> USED_BY =
      Map.of(
          "MILLRACE_REDIS_URL", List.of("transformer", "serving"),
          "MILLRACE_ARTIFACTS_S3_ENDPOINT",
              List.of("transformer", "trainer", "evaluator", "serving", "monitor"));

  private Network() {}

  private static boolean isUsed(String setting, Manifest workload) {
    List<String> users = USED_BY.get(setting);
    return users == null || users.contains(workload.podLabels().get(Selections.NAME));
  }

  /**
   * Somebody who asks.
   *
   * @param namespace of another; empty for the one of the release
   */
  private record Peer(Map<String, String> labels, String namespace) {
    private static Peer of(Manifest workload) {
      return new Peer(workload.podLabels(), "");
    }
  }

  /** What a port of a pod is called, and its number. */
  private record Port(String name, int number) {}

  static Stream<String> closed(Manifests all, Outside outside) {
    Stream<String> settings =
        all.workloads()
            .flatMap(
                workload ->
                    Settings.of(all, workload).entrySet().stream()
                        .filter(setting -> isUsed(setting.getKey(), workload))
                        .flatMap(setting -> Settings.address(setting.getValue()).stream())
                        .flatMap(
                            address ->
                                closed(all, Peer.of(workload), workload.toString(), address)));
    Stream<String> triggers =
        all.of("ScaledObject")
            .flatMap(
                scaled ->
                    Manifest.list(scaled.at("/spec/triggers")).stream()
                        .flatMap(t -> Settings.address(t.at("/metadata/url").asText()).stream()))
            .flatMap(address -> closed(all, KEDA, "KEDA", address));
    Stream<String> metrics =
        all.of("PodMonitor")
            .flatMap(monitor -> all.selected(Selector.of(monitor.at("/spec/selector"))).stream())
            .flatMap(
                workload ->
                    ports(workload)
                        .filter(port -> !enters(all, PROMETHEUS, workload, port))
                        .map(port -> "Prometheus is not let in to " + workload));
    return Stream.of(settings, triggers, metrics).flatMap(lines -> lines);
  }

  private static Stream<String> closed(Manifests all, Peer from, String who, URI address) {
    String service = Optional.ofNullable(address.getHost()).orElse("").split("\\.")[0];
    return all.named("Service", service).stream()
        .flatMap(s -> all.selected(Selector.ofLabels(s.at("/spec/selector"))).stream())
        .flatMap(
            to ->
                ports(to)
                    .filter(port -> port.number() == address.getPort())
                    .filter(port -> !enters(all, from, to, port) || !leaves(all, from, to, port))
                    .map(port -> "%s is not let through to %s:%s".formatted(who, to, port.name())));
  }

  private static Stream<Port> ports(Manifest workload) {
    return workload.containers().stream()
        .flatMap(container -> Manifest.list(container.path("ports")).stream())
        .map(port -> new Port(port.path("name").asText(), port.path("containerPort").asInt()));
  }

  private static boolean enters(Manifests all, Peer from, Manifest to, Port port) {
    return passes(all, to.podLabels(), "Ingress", "from", from, port);
  }

  /** What leaves another namespace is for that one to say. */
  private static boolean leaves(Manifests all, Peer from, Manifest to, Port port) {
    return !from.namespace().isEmpty()
        || passes(all, from.labels(), "Egress", "to", Peer.of(to), port);
  }

  private static boolean passes(
      Manifests all,
      Map<String, String> pod,
      String direction,
      String peers,
      Peer other,
      Port port) {
    List<Manifest> policies =
        all.of("NetworkPolicy")
            .filter(p -> Selector.of(p.at("/spec/podSelector")).selects(pod))
            .filter(p -> p.at("/spec/policyTypes").toString().contains(direction))
            .toList();
    return policies.isEmpty()
        || policies.stream()
            .flatMap(
                p -> Manifest.list(p.at("/spec/" + direction.toLowerCase(Locale.ROOT))).stream())
            .anyMatch(rule -> matches(rule.path(peers), other) && names(rule.path("ports"), port));
  }

  private static boolean matches(JsonNode peers, Peer other) {
    return peers.isEmpty()
        || Manifest.list(peers).stream()
            .anyMatch(
                peer ->
                    peer.has("podSelector")
                        && Selector.of(peer.path("podSelector")).selects(other.labels())
                        && (peer.has("namespaceSelector")
                            ? Selector.of(peer.path("namespaceSelector"))
                                .selects(Map.of("kubernetes.io/metadata.name", other.namespace()))
                            : other.namespace().isEmpty()));
  }

  private static boolean names(JsonNode ports, Port port) {
    return ports.isEmpty()
        || Manifest.list(ports).stream()
            .map(p -> p.path("port").asText())
            .anyMatch(p -> p.equals(port.name()) || p.equals(String.valueOf(port.number())));
  }
}
