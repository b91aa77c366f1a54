package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How pods are run. */
final class Pods {
  private static final Pattern TAGGED = Pattern.compile("[^@]+:(?!latest$)[\\w.-]+");
  private static final Pattern BY_DIGEST = Pattern.compile(".+@sha256:[0-9a-f]{64}$");
  private static final Set<String> VOLUMES =
      Set.of(
          "name",
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private Pods() {}

  static Stream<String> probes(Manifests all, Outside outside) {
    return all.workloads()
        .flatMap(
            workload -> {
              List<String> wanted = new ArrayList<>(List.of("startupProbe", "readinessProbe"));
              if ("service".equals(workload.podLabels().get("app.kubernetes.io/component"))) {
                wanted.add("livenessProbe");
              }
              return workload.containers().stream()
                  .flatMap(
                      container ->
                          wanted.stream()
                              .filter(probe -> !container.has(probe))
                              .map(probe -> workload + " has no " + probe));
            });
  }

  /** No limit of processors: a pod that is throttled while others are idle answers late. */
  static Stream<String> limits(Manifests all, Outside outside) {
    return all.workloads()
        .flatMap(
            workload ->
                workload.allContainers().stream()
                    .flatMap(
                        container ->
                            Stream.of("/requests/cpu", "/requests/memory", "/limits/memory")
                                .filter(r -> container.path("resources").at(r).isMissingNode())
                                .map(r -> "%s has no %s".formatted(workload, r.substring(1)))));
  }

  /** Pod Security's `restricted`, and a root that can't be written. */
  static Stream<String> restrictions(Manifests all, Outside outside) {
    return all.workloads()
        .flatMap(
            workload -> {
              List<String> wrong = new ArrayList<>();
              JsonNode pod = workload.pod();
              want(wrong, pod.at("/securityContext/runAsNonRoot").asBoolean(), "runs as root");
              want(
                  wrong,
                  pod.at("/securityContext/runAsUser").asInt(1) != 0,
                  "runs as root by its number");
              want(
                  wrong,
                  pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
                  "has no seccompProfile");
              for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                want(wrong, !pod.path(host).asBoolean(), "has " + host);
              }
              want(
                  wrong,
                  !pod.path("automountServiceAccountToken").asBoolean(true),
                  "has a token of the API");
              for (JsonNode volume : pod.path("volumes")) {
                volume
                    .fieldNames()
                    .forEachRemaining(
                        field -> want(wrong, VOLUMES.contains(field), "has a volume of " + field));
              }
              for (JsonNode container : workload.allContainers()) {
                JsonNode context = container.path("securityContext");
                want(wrong, !context.path("privileged").asBoolean(), "is privileged");
                want(
                    wrong,
                    !context.path("allowPrivilegeEscalation").asBoolean(true),
                    "may get more privileges");
                want(
                    wrong,
                    context.path("readOnlyRootFilesystem").asBoolean(),
                    "may write its root");
                want(
                    wrong,
                    context.path("runAsNonRoot").asBoolean(true)
                        && context.path("runAsUser").asInt(1) != 0,
                    "has a container that runs as root");
                want(
                    wrong,
                    context.at("/capabilities/drop/0").asText().equals("ALL")
                        && !context.path("capabilities").has("add"),
                    "has capabilities");
                for (JsonNode port : container.path("ports")) {
                  want(wrong, !port.has("hostPort"), "has a hostPort");
                }
              }
              return wrong.stream().map(what -> workload + " " + what);
            });
  }

  private static void want(List<String> wrong, boolean isRight, String otherwise) {
    if (!isRight) {
      wrong.add(otherwise);
    }
  }

  static Stream<String> images(Manifests all, Outside outside) {
    return all.workloads()
        .flatMap(
            workload ->
                workload.allContainers().stream()
                    .map(container -> container.path("image").asText())
                    .filter(
                        image ->
                            !TAGGED.matcher(image).matches() && !BY_DIGEST.matcher(image).matches())
                    .map(image -> "%s runs whatever %s is then".formatted(workload, image)));
  }
}
