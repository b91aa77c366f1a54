package io.millrace.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All objects of a rendered kustomization. */
record Manifests(List<Manifest> all) {
  Stream<Manifest> of(String... kinds) {
    return all.stream().filter(manifest -> List.of(kinds).contains(manifest.kind()));
  }

  Stream<Manifest> workloads() {
    return all.stream().filter(Manifest::isWorkload);
  }

  Optional<Manifest> named(String kind, String name) {
    return of(kind).filter(manifest -> manifest.name().equals(name)).findFirst();
  }

  Manifest get(String kind, String name) {
    return named(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  /** Whose pods are selected. */
  List<Manifest> selected(Selector selector) {
    return workloads().filter(workload -> selector.selects(workload.podLabels())).toList();
  }

  /** What the config map says whose name begins so, the hash behind it apart. */
  Map<String, String> data(String name) {
    return of("ConfigMap")
        .filter(map -> map.name().matches(name + "(-[a-z0-9]{10})?"))
        .map(map -> Manifest.strings(map.at("/data")))
        .findFirst()
        .orElse(Map.of());
  }

  Manifests with(Manifests more) {
    return new Manifests(Stream.concat(all.stream(), more.all().stream()).toList());
  }
}
