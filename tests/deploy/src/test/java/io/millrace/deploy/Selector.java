package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A label selector, as Kubernetes reads it: an empty one selects all. */
record Selector(Map<String, String> labels, List<JsonNode> expressions) {
  static Selector of(JsonNode selector) {
    return new Selector(
        Manifest.strings(selector.path("matchLabels")),
        Manifest.list(selector.path("matchExpressions")));
  }

  /** Of a Service. */
  static Selector ofLabels(JsonNode labels) {
    return new Selector(Manifest.strings(labels), List.of());
  }

  boolean selects(Map<String, String> pod) {
    return pod.entrySet().containsAll(labels.entrySet())
        && expressions.stream().allMatch(expression -> matches(expression, pod));
  }

  private static boolean matches(JsonNode expression, Map<String, String> pod) {
    String value = pod.get(expression.path("key").asText());
    List<String> values =
        Manifest.list(expression.path("values")).stream().map(JsonNode::asText).toList();
    return switch (expression.path("operator").asText()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  boolean isEmpty() {
    return labels.isEmpty() && expressions.isEmpty();
  }
}
