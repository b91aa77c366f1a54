package io.millrace.contracts.schema;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.features.FeaturePanes;
import io.millrace.contracts.pipeline.Derived;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.topics.DataTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The Avro records of a pipeline, derived from its file. Every field of an event may be missing as
 * far as Avro is concerned: presence is for the validator to judge, with a reason.
 */
public final class PipelineSchemas {
  /** On a vector: whether labels that were known by its time may be missing from its windows. */
  public static final String INCOMPLETE = "_incomplete";

  /** On a row: when the label became known. */
  public static final String LABEL_TIME = "_label_time";

  private final Pipeline pipeline;
  private final Map<String, Schema> streams = new LinkedHashMap<>();
  private final Schema vector;
  private final Schema row;

  private PipelineSchemas(Pipeline pipeline) {
    this.pipeline = pipeline;
    pipeline
        .streams()
        .values()
        .forEach(
            stream ->
                streams.put(stream.name(), record(capitalised(stream.name()), fields(stream))));
    List<Schema.Field> vectorFields = vectorFields();
    this.vector = record("Vector", vectorFields);
    List<Schema.Field> rowFields = vectorFields();
    rowFields.add(new Schema.Field(pipeline.label().name(), type(pipeline.label().type())));
    rowFields.add(new Schema.Field(LABEL_TIME, timestamp(), "when the label became known"));
    this.row = record("Row", rowFields);
  }

  /** Derives the records of a pipeline whose file has been accepted. */
  public static PipelineSchemas of(Pipeline pipeline) {
    return new PipelineSchemas(pipeline);
  }

  /** {@code millrace.<pipeline>.<Stream>}: the stream's fields in file order. */
  public Schema stream(Stream stream) {
    Schema schema = streams.get(stream.name());
    if (schema == null) {
      throw new IllegalArgumentException("no stream " + stream.name());
    }
    return schema;
  }

  /** The example's fields, then the derived and the windowed features, then {@link #INCOMPLETE}. */
  public Schema vector() {
    return vector;
  }

  /** The vector's fields, then the label and {@link #LABEL_TIME}. */
  public Schema row() {
    return row;
  }

  /** The panes of an entity. */
  public Schema panes() {
    return FeaturePanes.getClassSchema();
  }

  /** The schema of each topic, by its artifact in the registry. */
  public SequencedMap<String, Schema> artifacts() {
    SequencedMap<String, Schema> artifacts = new LinkedHashMap<>();
    pipeline
        .streams()
        .values()
        .forEach(stream -> artifacts.put(artifact(pipeline.topicOf(stream)), stream(stream)));
    artifacts.put(of(DataTopic.EXAMPLES), stream(pipeline.exampleStream()));
    artifacts.put(of(DataTopic.LABELS), stream(pipeline.labelStream()));
    artifacts.put(of(DataTopic.VECTORS), vector);
    artifacts.put(of(DataTopic.ROWS), row);
    artifacts.put(of(DataTopic.FEATURES), panes());
    return artifacts;
  }

  /** The artifact of a topic's values, as the stock serializer names it. */
  public static String artifact(String topic) {
    return topic + "-value";
  }

  private String of(DataTopic topic) {
    return artifact(topic.of(pipeline.name()));
  }

  private List<Schema.Field> vectorFields() {
    Stream examples = pipeline.exampleStream();
    List<Schema.Field> fields = fields(examples);
    Map<String, FieldType> variables = new LinkedHashMap<>();
    examples.fields().forEach((name, field) -> variables.put(name, field.type()));
    for (Derived derived : pipeline.derived()) {
      fields.add(nullable(derived.name(), derivedType(derived, variables)));
    }
    for (Windowed windowed : pipeline.windowed()) {
      fields.add(nullable(windowed.name(), windowed.type()));
    }
    fields.add(
        new Schema.Field(
            INCOMPLETE,
            Schema.create(Schema.Type.BOOLEAN),
            "whether labels that were known by then may be missing from the windows"));
    return fields;
  }

  private static FieldType derivedType(Derived derived, Map<String, FieldType> variables) {
    return switch (Expression.compile(derived.expression(), variables)) {
      case Expression.Compiled compiled -> compiled.expression().type();
      case Expression.Failed failed ->
          throw new IllegalArgumentException(derived.name() + ": " + failed.message());
    };
  }

  private static List<Schema.Field> fields(Stream stream) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Field field : stream.fields().values()) {
      fields.add(nullable(field.name(), field.type()));
    }
    return fields;
  }

  private Schema record(String name, List<Schema.Field> fields) {
    return Schema.createRecord(name, null, "millrace." + pipeline.name(), false, fields);
  }

  private static Schema.Field nullable(String name, FieldType type) {
    return new Schema.Field(
        name,
        Schema.createUnion(Schema.create(Schema.Type.NULL), type(type)),
        null,
        Schema.Field.NULL_DEFAULT_VALUE);
  }

  private static Schema type(FieldType type) {
    Schema scalar =
        switch (type.scalar()) {
          case INT -> Schema.create(Schema.Type.LONG);
          case FLOAT -> Schema.create(Schema.Type.DOUBLE);
          case BOOL -> Schema.create(Schema.Type.BOOLEAN);
          case STRING -> Schema.create(Schema.Type.STRING);
          case TIMESTAMP -> timestamp();
        };
    return type.list() ? Schema.createArray(scalar) : scalar;
  }

  private static Schema timestamp() {
    return LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  }

  private static String capitalised(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
