package io.millrace.deploy;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an overlay counts on and does not bring.
 *
 * @param pods labels of others' pods that its policies name
 * @param hosts of its namespace
 */
record Outside(Set<String> secrets, List<Map<String, String>> pods, Set<String> hosts) {
  private static final Map<String, String> TOOL =
      Map.of(
          "app.kubernetes.io/name", "cli",
          "app.kubernetes.io/component", "tool",
          "app.kubernetes.io/part-of", "millrace");

  /** The tool is a Job that comes and goes. */
  static final Outside LOCAL = new Outside(Set.of(), List.of(TOOL), Set.of());

  /** Secrets that somebody makes, and a broker of Strimzi's. */
  static final Outside PRODUCTION =
      new Outside(
          Set.of("secrets", "millrace-cluster-ca-cert"),
          List.of(
              TOOL, Map.of("strimzi.io/cluster", "millrace", "strimzi.io/component-type", "kafka")),
          Set.of("millrace-kafka-bootstrap"));
}
