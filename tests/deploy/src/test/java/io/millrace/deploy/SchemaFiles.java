package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The schemas of {@code resources/schemas}, made of what Kubernetes and the operators publish. They
 * are stricter than the originals: a field that a schema does not name is refused.
 */
final class SchemaFiles {
  /** One file a source. */
  static final List<String> NAMES = List.of("kubernetes", "keda", "prometheus-operator", "strimzi");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final List<String> KINDS =
      List.of(
          "v1/ConfigMap",
          "v1/Namespace",
          "v1/Pod",
          "v1/Secret",
          "v1/Service",
          "v1/ServiceAccount",
          "apps/v1/Deployment",
          "apps/v1/StatefulSet",
          "autoscaling/v2/HorizontalPodAutoscaler",
          "batch/v1/Job",
          "networking.k8s.io/v1/NetworkPolicy",
          "policy/v1/PodDisruptionBudget");

  private SchemaFiles() {}

  /** By apiVersion/kind, each whole by itself but for {@code #/definitions}. */
  static Map<String, JsonNode> read() {
    Map<String, JsonNode> schemas = new TreeMap<>();
    for (String name : NAMES) {
      String file = "/schemas/" + name + ".json.gz";
      try (InputStream packed =
              Objects.requireNonNull(SchemaFiles.class.getResourceAsStream(file), file);
          InputStream text = new GZIPInputStream(packed)) {
        JsonNode all = JSON.readTree(text);
        all.get("kinds")
            .properties()
            .forEach(
                kind -> {
                  ObjectNode schema = kind.getValue().deepCopy();
                  schema.set("definitions", all.get("definitions"));
                  schemas.put(kind.getKey(), schema);
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return schemas;
  }

  /**
   * Makes them anew; see the README beside them.
   *
   * @param args the folder to write to, Kubernetes' swagger.json, then for each operator its name
   *     and its files, as {@code keda=FILE,FILE}
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    JsonNode swagger = JSON.readTree(Path.of(args[1]).toFile());
    ObjectNode kinds = JSON.createObjectNode();
    ObjectNode definitions = JSON.createObjectNode();
    swagger
        .get("definitions")
        .properties()
        .forEach(
            definition ->
                definition
                    .getValue()
                    .path("x-kubernetes-group-version-kind")
                    .forEach(
                        id -> {
                          String group = id.get("group").asText();
                          String key =
                              (group.isEmpty() ? "" : group + "/")
                                  + id.get("version").asText()
                                  + "/"
                                  + id.get("kind").asText();
                          if (KINDS.contains(key)) {
                            kinds.set(key, strict(reference(definition.getKey())));
                            reach(swagger, definition.getKey(), definitions);
                          }
                        }));
    write(folder.resolve("kubernetes.json.gz"), kinds, definitions);
    for (String operator : List.of(args).subList(2, args.length)) {
      String name = operator.substring(0, operator.indexOf('='));
      ObjectNode own = JSON.createObjectNode();
      ObjectNode meta = JSON.createObjectNode();
      reach(swagger, META, meta);
      for (String file : operator.substring(operator.indexOf('=') + 1).split(",")) {
        JsonNode crd = new YAMLMapper().readTree(Path.of(file).toFile()).get("spec");
        for (JsonNode version : crd.get("versions")) {
          ObjectNode schema = version.at("/schema/openAPIV3Schema").deepCopy();
          ObjectNode properties = (ObjectNode) schema.get("properties");
          properties.putObject("apiVersion").put("type", "string");
          properties.putObject("kind").put("type", "string");
          properties.remove("metadata");
          ObjectNode strict = (ObjectNode) strict(schema);
          ((ObjectNode) strict.get("properties")).set("metadata", reference(META));
          own.set(
              "%s/%s/%s"
                  .formatted(
                      crd.get("group").asText(),
                      version.get("name").asText(),
                      crd.at("/names/kind").asText()),
              strict);
        }
      }
      write(folder.resolve(name + ".json.gz"), own, meta);
    }
  }

  private static ObjectNode reference(String definition) {
    return JSON.createObjectNode().put("$ref", "#/definitions/" + definition);
  }

  /** A definition and all that it refers to. */
  private static void reach(JsonNode swagger, String from, ObjectNode into) {
    Deque<String> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!into.has(name)) {
        JsonNode definition = strict(definition(swagger, name));
        into.set(name, definition);
        definition
            .findValuesAsText("$ref")
            .forEach(reference -> open.push(reference.substring("#/definitions/".length())));
      }
    }
  }

  /** What the API takes besides what it answers. */
  private static JsonNode definition(JsonNode swagger, String name) {
    ObjectNode node = JSON.createObjectNode();
    if (name.endsWith("resource.Quantity")) {
      node.putArray("type").add("string").add("number");
      return node;
    }
    if (name.endsWith("intstr.IntOrString")) {
      node.putArray("type").add("string").add("integer");
      return node;
    }
    return swagger.get("definitions").get(name);
  }

  private static JsonNode strict(JsonNode schema) {
    return strict(schema, true);
  }

  /**
   * Without descriptions, and closed where properties are named.
   *
   * @param isClosed not for one of several that hold together
   */
  private static JsonNode strict(JsonNode schema, boolean isClosed) {
    if (schema instanceof ArrayNode array) {
      ArrayNode copy = JSON.createArrayNode();
      array.forEach(item -> copy.add(strict(item, isClosed)));
      return copy;
    }
    if (!(schema instanceof ObjectNode)) {
      return schema;
    }
    ObjectNode copy = JSON.createObjectNode();
    schema
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().equals("properties")) {
                ObjectNode properties = copy.putObject("properties");
                entry
                    .getValue()
                    .properties()
                    .forEach(p -> properties.set(p.getKey(), strict(p.getValue(), isClosed)));
              } else if (!entry.getKey().startsWith("x-kubernetes")
                  && !List.of("description", "default", "format", "example")
                      .contains(entry.getKey())) {
                copy.set(
                    entry.getKey(),
                    strict(
                        entry.getValue(),
                        isClosed
                            && !List.of("allOf", "anyOf", "oneOf", "not")
                                .contains(entry.getKey())));
              }
            });
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      copy.removeAll();
      copy.putArray("type").add("string").add("integer");
    } else if (isClosed
        && copy.has("properties")
        && !copy.has("additionalProperties")
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      copy.put("additionalProperties", false);
    }
    return copy;
  }

  private static void write(Path file, ObjectNode kinds, ObjectNode definitions)
      throws IOException {
    ObjectNode all = JSON.createObjectNode();
    all.set("kinds", kinds);
    all.set("definitions", definitions);
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      JSON.writeValue(packed, all);
    }
  }
}
