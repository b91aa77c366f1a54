package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Each selector selects what it should, and nothing of another release. */
final class Selections {
  static final String NAME = "app.kubernetes.io/name";
  static final String INSTANCE = "app.kubernetes.io/instance";
  private static final List<String> RECOMMENDED =
      List.of(INSTANCE, "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by");

  private Selections() {}

  /** A selector and where it stands. */
  private record Place(String where, Selector selector, boolean isOfPolicy) {}

  static Stream<String> violations(Manifests all, Outside outside) {
    Stream<String> nothing =
        all.all().stream()
            .flatMap(
                manifest ->
                    places(manifest).stream()
                        .filter(place -> !selectsAnything(all, outside, manifest, place))
                        .map(place -> "%s: %s selects nothing".formatted(manifest, place.where())));
    Stream<String> others =
        all.of("Service", "PodDisruptionBudget", "Deployment", "StatefulSet")
            .flatMap(
                manifest -> {
                  List<String> selected =
                      all.selected(own(manifest)).stream().map(Manifest::name).toList();
                  return selected.equals(List.of(manifest.name()))
                      ? Stream.empty()
                      : Stream.of("%s selects %s".formatted(manifest, selected));
                });
    Stream<String> spreads =
        all.workloads()
            .flatMap(
                workload ->
                    Manifest.list(workload.pod().path("topologySpreadConstraints")).stream()
                        .flatMap(spread -> spread(workload, spread)));
    return Stream.of(nothing, others, spreads).flatMap(lines -> lines);
  }

  private static Stream<String> spread(Manifest workload, JsonNode spread) {
    Selector selector = Selector.of(spread.path("labelSelector"));
    Map<String, String> labels = workload.podLabels();
    List<String> keys =
        Manifest.list(spread.path("matchLabelKeys")).stream().map(JsonNode::asText).toList();
    if (!selector.selects(labels)) {
      return Stream.of(workload + " is not spread by its own labels");
    }
    if (keys.stream().anyMatch(selector.labels()::containsKey)) {
      return Stream.of(workload + " is spread by a label and its key, which is refused");
    }
    return selector.labels().containsKey(NAME) || keys.contains(NAME)
        ? Stream.empty()
        : Stream.of(workload + " is spread together with others");
  }

  private static boolean selectsAnything(
      Manifests all, Outside outside, Manifest manifest, Place place) {
    return !all.selected(place.selector()).isEmpty()
        || place.isOfPolicy()
            && outside.pods().stream()
                .anyMatch(pod -> place.selector().selects(ofRelease(pod, manifest)));
  }

  /** What others start for a release has its label. */
  private static Map<String, String> ofRelease(Map<String, String> pod, Manifest manifest) {
    Map<String, String> labels = new TreeMap<>(pod);
    labels.put(INSTANCE, manifest.labels().getOrDefault(INSTANCE, ""));
    return labels;
  }

  private static Selector own(Manifest manifest) {
    return manifest.kind().equals("Service")
        ? Selector.ofLabels(manifest.at("/spec/selector"))
        : Selector.of(manifest.at("/spec/selector"));
  }

  /** But for those of spread constraints, which speak of one workload. */
  private static List<Place> places(Manifest manifest) {
    List<Place> places = new ArrayList<>();
    switch (manifest.kind()) {
      case "Service", "PodDisruptionBudget", "Deployment", "StatefulSet", "PodMonitor" ->
          places.add(new Place("selector", own(manifest), false));
      case "NetworkPolicy" -> {
        places.add(new Place("podSelector", Selector.of(manifest.at("/spec/podSelector")), true));
        for (String direction : List.of("ingress", "egress")) {
          for (JsonNode rule : manifest.at("/spec/" + direction)) {
            for (JsonNode peer : rule.path(direction.equals("ingress") ? "from" : "to")) {
              // a pod of another namespace is another's
              if (peer.has("podSelector") && !peer.has("namespaceSelector")) {
                places.add(
                    new Place(
                        "a peer of " + direction, Selector.of(peer.path("podSelector")), true));
              }
            }
          }
        }
      }
      default -> {}
    }
    return places;
  }

  /** Whatever selects by labels names the release; whatever is selected elsewhere does not. */
  static Stream<String> ofOneRelease(Manifests all, Outside outside) {
    return all.all().stream()
        .flatMap(
            manifest -> {
              String release = manifest.labels().getOrDefault(INSTANCE, "");
              Stream<String> mixed =
                  places(manifest).stream()
                      .filter(place -> !place.selector().labels().isEmpty())
                      .filter(place -> !release.equals(place.selector().labels().get(INSTANCE)))
                      .map(place -> "%s: %s is of any release".formatted(manifest, place.where()));
              Stream<String> elsewhere =
                  manifest.json().findValues("namespaceSelector").isEmpty()
                      ? Stream.empty()
                      : Stream.of("ingress", "egress")
                          .flatMap(d -> Manifest.list(manifest.at("/spec/" + d)).stream())
                          .flatMap(
                              rule ->
                                  Stream.concat(
                                      Manifest.list(rule.path("from")).stream(),
                                      Manifest.list(rule.path("to")).stream()))
                          .filter(peer -> peer.has("namespaceSelector"))
                          .filter(peer -> peer.at("/podSelector/matchLabels").has(INSTANCE))
                          .map(peer -> manifest + " wants our release in another namespace");
              return Stream.concat(mixed, elsewhere);
            });
  }

  static Stream<String> unlabelled(Manifests all, Outside outside) {
    Stream<String> objects =
        all.all().stream()
            .filter(manifest -> !manifest.kind().equals("ConfigMap"))
            .filter(manifest -> !manifest.kind().equals("Secret"))
            .filter(manifest -> !manifest.labels().keySet().containsAll(RECOMMENDED))
            .map(manifest -> manifest + " lacks one of " + RECOMMENDED);
    Stream<String> pods =
        all.workloads()
            .filter(
                workload ->
                    !workload.podLabels().keySet().containsAll(RECOMMENDED)
                        || !workload.podLabels().containsKey(NAME)
                        || !workload.podLabels().containsKey("app.kubernetes.io/component"))
            .map(workload -> "a pod of " + workload + " lacks a label");
    return Stream.concat(objects, pods);
  }

  /** A claim of a StatefulSet can't be changed: a label that a release changes would stop it. */
  static Stream<String> claims(Manifests all, Outside outside) {
    return all.of("StatefulSet")
        .filter(
            set ->
                Manifest.list(set.at("/spec/volumeClaimTemplates")).stream()
                    .anyMatch(
                        claim -> claim.at("/metadata/labels").has("app.kubernetes.io/version")))
        .map(set -> set + " has a version in a claim");
  }

  /** A budget that lets nobody go stops a drain for good. */
  static Stream<String> blocked(Manifests all, Outside outside) {
    return all.of("PodDisruptionBudget")
        .filter(
            budget -> {
              String most = budget.at("/spec/maxUnavailable").asText("0");
              return budget.at("/spec").has("minAvailable")
                  || most.equals("0")
                  || most.equals("0%");
            })
        .map(budget -> budget + " lets nobody go");
  }
}
