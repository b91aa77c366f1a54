package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks a document's form against the published JSON Schema. */
final class SchemaCheck {
  private static final JsonNode TEXT = load();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(
              TEXT, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build());

  private SchemaCheck() {}

  static void check(Document document, Problems problems) {
    for (ValidationMessage message : SCHEMA.validate(document.root())) {
      JsonPointer where = JsonPointer.compile(message.getInstanceLocation().toString());
      JsonPointer rule = JsonPointer.compile(message.getSchemaLocation().getFragment().toString());
      JsonNode schema = TEXT.at(rule.head());
      JsonNode value = document.root().at(where);
      String property = Objects.requireNonNullElse(message.getProperty(), "");
      switch (message.getType()) {
        case "additionalProperties" ->
            problems.add(
                where.appendProperty(property),
                "unknown key",
                Closest.fix(property, names(schema.get("properties"))));
        case "required" ->
            problems.add(where, "the key \"" + property + "\" is missing", added(schema, property));
        case "type" ->
            problems.add(where, "must be " + types(schema) + ", not " + shown(value), "");
        case "enum" ->
            problems.add(
                where,
                "unknown value " + shown(value),
                Closest.fix(value.asText(), texts(schema.get("enum"))));
        case "const" -> problems.add(where, "must be " + schema.get("const").asText(), "");
        case "pattern" -> problems.add(where, isNo(shown(value), schema), "");
        case "propertyNames" -> checkNames(value, where, schema.get("propertyNames"), problems);
        default -> problems.add(where, message.getError(), "");
      }
    }
  }

  /** The validator says that a name is wrong, but not which. */
  private static void checkNames(
      JsonNode mapping, JsonPointer where, JsonNode names, Problems problems) {
    JsonNode rule = TEXT.at(names.get("$ref").asText().substring(1));
    Pattern pattern = Pattern.compile(rule.get("pattern").asText());
    for (String name : names(mapping)) {
      if (!pattern.matcher(name).find()) {
        problems.add(where.appendProperty(name), isNo("\"" + shortened(name) + "\"", rule), "");
      }
    }
  }

  private static String isNo(String value, JsonNode schema) {
    return value + " is not " + schema.path("description").asText();
  }

  private static String added(JsonNode schema, String property) {
    String description = schema.path("properties").path(property).path("description").asText();
    return "add " + property + (description.isEmpty() ? "" : " (" + description + ")");
  }

  private static String types(JsonNode schema) {
    JsonNode type = schema.get("type");
    List<String> types = type.isArray() ? texts(type) : List.of(type.asText());
    return String.join(" or ", types.stream().map(SchemaCheck::word).toList());
  }

  private static String word(String type) {
    return switch (type) {
      case "object" -> "a mapping";
      case "array" -> "a list";
      case "integer" -> "a whole number";
      case "boolean" -> "true or false";
      default -> "a " + type;
    };
  }

  private static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "a mapping";
      case ARRAY -> "a list";
      case NULL -> "nothing";
      case STRING -> "\"" + shortened(value.asText()) + "\"";
      default -> value.asText();
    };
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static List<String> names(JsonNode properties) {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static JsonNode load() {
    try (InputStream in = SchemaCheck.class.getResourceAsStream(PipelineFile.SCHEMA)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, PipelineFile.SCHEMA));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
