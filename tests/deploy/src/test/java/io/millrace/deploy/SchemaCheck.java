package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Every object by the schema of its kind; a kind without a schema is refused. */
final class SchemaCheck {
  private static final Map<String, JsonNode> SCHEMAS = SchemaFiles.read();
  private static final Map<String, JsonSchema> COMPILED = new ConcurrentHashMap<>();

  private SchemaCheck() {}

  static Stream<String> violations(Manifests all, Outside outside) {
    return all.all().stream()
        .flatMap(
            manifest ->
                SCHEMAS.containsKey(manifest.type())
                    ? schema(manifest.type()).validate(manifest.json()).stream()
                        .map(ValidationMessage::getMessage)
                        .map(message -> manifest + " " + message)
                    : Stream.of(manifest + " is of no known kind: " + manifest.type()));
  }

  private static JsonSchema schema(String type) {
    return COMPILED.computeIfAbsent(
        type,
        t -> JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(SCHEMAS.get(t)));
  }
}
