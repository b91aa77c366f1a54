package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whatever is named is there. */
final class References {
  private static final String SERVICE = "service";

  private References() {}

  static Stream<String> twice(Manifests all, Outside outside) {
    Set<String> seen = new HashSet<>();
    return all.all().stream()
        .filter(m -> !seen.add(m.kind() + "/" + m.namespace() + "/" + m.name()))
        .map(m -> m + " is there twice");
  }

  /** Config maps, secrets, service accounts, and Services of StatefulSets. */
  static Stream<String> missing(Manifests all, Outside outside) {
    BiPredicate<String, String> exists =
        (kind, name) ->
            all.named(kind, name).isPresent()
                || kind.equals("Secret")
                    && (outside.secrets().contains(name)
                        || all.named("KafkaUser", name).isPresent());
    return all.workloads()
        .flatMap(
            workload ->
                named(workload).stream()
                    .filter(name -> !exists.test(name.kind(), name.name()))
                    .map(name -> "%s wants %s".formatted(workload, name)));
  }

  private record Named(String kind, String name) {}

  private static List<Named> named(Manifest workload) {
    List<Named> named = new ArrayList<>();
    text(workload.pod(), "/serviceAccountName")
        .ifPresent(name -> named.add(new Named("ServiceAccount", name)));
    text(workload.json(), "/spec/serviceName")
        .ifPresent(name -> named.add(new Named("Service", name)));
    for (JsonNode volume : workload.pod().path("volumes")) {
      text(volume, "/configMap/name").ifPresent(name -> named.add(new Named("ConfigMap", name)));
      text(volume, "/secret/secretName").ifPresent(name -> named.add(new Named("Secret", name)));
    }
    for (JsonNode container : workload.allContainers()) {
      for (JsonNode from : container.path("envFrom")) {
        text(from, "/configMapRef/name").ifPresent(n -> named.add(new Named("ConfigMap", n)));
        text(from, "/secretRef/name").ifPresent(name -> named.add(new Named("Secret", name)));
      }
      for (JsonNode env : container.path("env")) {
        text(env, "/valueFrom/configMapKeyRef/name")
            .ifPresent(name -> named.add(new Named("ConfigMap", name)));
        text(env, "/valueFrom/secretKeyRef/name")
            .ifPresent(name -> named.add(new Named("Secret", name)));
      }
    }
    return named;
  }

  private static Optional<String> text(JsonNode node, String pointer) {
    return Optional.of(node.at(pointer)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  /** Ports that are meant by name, of probes, Services, policies and PodMonitors. */
  static Stream<String> ports(Manifests all, Outside outside) {
    Stream<String> probes =
        all.workloads()
            .flatMap(
                workload ->
                    workload.containers().stream()
                        .flatMap(
                            container ->
                                Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                                    .map(probe -> container.path(probe))
                                    .flatMap(
                                        probe ->
                                            Stream.of(
                                                probe.at("/httpGet/port"),
                                                probe.at("/tcpSocket/port")))
                                    .filter(port -> !port.isMissingNode())
                                    .filter(port -> !ports(container).contains(port.asText()))
                                    .map(port -> workload + " is probed at no port " + port)));
    Stream<String> services =
        all.of("Service")
            .flatMap(
                service ->
                    wrong(
                        all,
                        service,
                        Selector.ofLabels(service.at("/spec/selector")),
                        Manifest.list(service.at("/spec/ports")).stream()
                            .map(port -> port.path("targetPort"))));
    Stream<String> policies =
        all.of("NetworkPolicy")
            .flatMap(
                policy ->
                    wrongOfAny(
                        all,
                        policy,
                        Manifest.list(policy.at("/spec/ingress")).stream()
                            .flatMap(rule -> Manifest.list(rule.path("ports")).stream())
                            .map(port -> port.path("port"))));
    Stream<String> monitors =
        all.of("PodMonitor")
            .flatMap(
                monitor ->
                    wrong(
                        all,
                        monitor,
                        Selector.of(monitor.at("/spec/selector")),
                        Manifest.list(monitor.at("/spec/podMetricsEndpoints")).stream()
                            .map(endpoint -> endpoint.path("port"))));
    return Stream.of(probes, services, policies, monitors).flatMap(lines -> lines);
  }

  /** Each pod that is selected has each of the ports. */
  private static Stream<String> wrong(
      Manifests all, Manifest who, Selector selector, Stream<JsonNode> ports) {
    List<Manifest> selected = all.selected(selector);
    return ports.flatMap(
        port ->
            selected.stream()
                .filter(workload -> !ports(workload).contains(port.asText()))
                .map(
                    workload ->
                        "%s means port %s, which %s has not".formatted(who, port, workload)));
  }

  /** Each of the ports is one of some pod that is selected. */
  private static Stream<String> wrongOfAny(Manifests all, Manifest who, Stream<JsonNode> ports) {
    Set<String> known =
        all.selected(Selector.of(who.at("/spec/podSelector"))).stream()
            .flatMap(workload -> ports(workload).stream())
            .collect(Collectors.toSet());
    return ports
        .filter(port -> !known.contains(port.asText()))
        .map(port -> "%s means port %s, which nobody has".formatted(who, port));
  }

  private static Set<String> ports(Manifest workload) {
    return workload.containers().stream()
        .flatMap(container -> ports(container).stream())
        .collect(Collectors.toSet());
  }

  /** Names and numbers. */
  private static Set<String> ports(JsonNode container) {
    return Manifest.list(container.path("ports")).stream()
        .flatMap(port -> Stream.of(port.path("name"), port.path("containerPort")))
        .map(JsonNode::asText)
        .collect(Collectors.toSet());
  }

  /** A volume for each mount, and a mount for each volume. */
  static Stream<String> volumes(Manifests all, Outside outside) {
    return all.workloads()
        .flatMap(
            workload -> {
              Set<String> volumes = new HashSet<>();
              workload.pod().path("volumes").forEach(v -> volumes.add(v.path("name").asText()));
              workload
                  .at("/spec/volumeClaimTemplates")
                  .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
              Set<String> mounted =
                  workload.allContainers().stream()
                      .flatMap(c -> Manifest.list(c.path("volumeMounts")).stream())
                      .map(mount -> mount.path("name").asText())
                      .collect(Collectors.toSet());
              return Stream.concat(
                  mounted.stream()
                      .filter(name -> !volumes.contains(name))
                      .map(name -> workload + " mounts no volume " + name),
                  volumes.stream()
                      .filter(name -> !mounted.contains(name))
                      .map(name -> workload + " has no use for the volume " + name));
            });
  }

  /** Files below /etc/millrace that a setting names are mounted, by every service. */
  static Stream<String> files(Manifests all, Outside outside) {
    return all.workloads()
        .filter(w -> SERVICE.equals(w.podLabels().get("app.kubernetes.io/component")))
        .flatMap(
            workload ->
                Settings.of(all, workload).values().stream()
                    .filter(value -> value.startsWith("/etc/millrace/"))
                    .filter(value -> !isMounted(all, workload, value))
                    .map(value -> "%s has no file %s".formatted(workload, value)));
  }

  private static boolean isMounted(Manifests all, Manifest workload, String file) {
    return workload.containers().stream()
        .flatMap(container -> Manifest.list(container.path("volumeMounts")).stream())
        .filter(mount -> file.startsWith(mount.path("mountPath").asText() + "/"))
        .anyMatch(
            mount -> {
              String key = file.substring(mount.path("mountPath").asText().length() + 1);
              return Manifest.list(workload.pod().path("volumes")).stream()
                  .filter(volume -> volume.path("name").equals(mount.path("name")))
                  .anyMatch(volume -> holds(all, volume, key));
            });
  }

  /** What somebody else makes holds what it should. */
  private static boolean holds(Manifests all, JsonNode volume, String key) {
    Optional<Manifest> source =
        volume.has("secret")
            ? all.named("Secret", volume.at("/secret/secretName").asText())
            : all.named("ConfigMap", volume.at("/configMap/name").asText());
    return source
        .map(found -> found.at("/data").has(key) || found.at("/stringData").has(key))
        .orElse(true);
  }

  static Stream<String> scaled(Manifests all, Outside outside) {
    return all.of("HorizontalPodAutoscaler", "ScaledObject")
        .flatMap(
            scaler -> {
              JsonNode target = scaler.at("/spec/scaleTargetRef");
              Optional<Manifest> workload =
                  all.named(target.path("kind").asText(), target.path("name").asText());
              if (workload.isEmpty()) {
                return Stream.of(scaler + " scales nothing: " + target);
              }
              Stream<String> twice =
                  all.of("HorizontalPodAutoscaler", "ScaledObject")
                      .filter(other -> other != scaler)
                      .filter(other -> other.at("/spec/scaleTargetRef").equals(target))
                      .map(other -> "%s and %s scale the same".formatted(scaler, other));
              return workload.get().at("/spec").has("replicas")
                  ? Stream.concat(
                      twice, Stream.of(workload.get() + " says replicas, and so does " + scaler))
                  : twice;
            });
  }

  /** Maps of a name to a value, of a container's own environment. */
  static Map<String, String> environment(JsonNode container) {
    return Manifest.list(container.path("env")).stream()
        .filter(env -> env.has("value"))
        .collect(
            Collectors.toMap(env -> env.path("name").asText(), env -> env.path("value").asText()));
  }
}
