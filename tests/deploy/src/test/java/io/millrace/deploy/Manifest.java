package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One object of a rendered kustomization. */
record Manifest(JsonNode json) {
  String kind() {
    return json.path("kind").asText();
  }

  String type() {
    return json.path("apiVersion").asText() + "/" + kind();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  String namespace() {
    return json.at("/metadata/namespace").asText();
  }

  Map<String, String> labels() {
    return strings(json.at("/metadata/labels"));
  }

  boolean isWorkload() {
    return at("/spec/template/spec/containers").isArray() && !kind().equals("KafkaNodePool");
  }

  JsonNode at(String pointer) {
    return json.at(pointer);
  }

  JsonNode pod() {
    return isWorkload() ? at("/spec/template/spec") : MissingNode.getInstance();
  }

  Map<String, String> podLabels() {
    return strings(at("/spec/template/metadata/labels"));
  }

  List<JsonNode> containers() {
    return list(pod().path("containers"));
  }

  List<JsonNode> allContainers() {
    return Stream.concat(list(pod().path("initContainers")).stream(), containers().stream())
        .toList();
  }

  static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new TreeMap<>();
    object.properties().forEach(e -> strings.put(e.getKey(), e.getValue().asText()));
    return strings;
  }

  /** All text in it, at whatever depth. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    collect(json, texts);
    return texts;
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.forEach(child -> collect(child, texts));
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }
}
