package io.millrace.contracts.schema;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.expression.PipelineExpressions;
import io.millrace.contracts.features.FeaturePanes;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.topics.DataTopic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.avro.Schema;

/**
 * The Avro records of one pipeline, derived from its file.
 *
 * <p>All of a stream's fields are nullable, required ones too: whether a value must be present is
 * for the validator to judge, with a reason, not for the decoder.
 */
public final class PipelineSchemas {
  /** On a vector: whether labels that were known by its time may be missing from its windows. */
  public static final String INCOMPLETE = "_incomplete";

  /** On a row: the label's event time. */
  public static final String LABEL_TIME = "_label_time";

  private final Pipeline pipeline;
  private final Map<String, Schema> streams = new HashMap<>();
  private final Schema vector;
  private final Schema row;
  private final VectorLayout layout;

  private PipelineSchemas(Pipeline pipeline) {
    this.pipeline = pipeline;
    pipeline.streams().forEach((name, stream) -> streams.put(name, streamRecord(stream)));
    SequencedMap<String, FieldType> features = features();
    this.vector = vectorRecord("Vector", features, List.of());
    this.row = vectorRecord("Row", features, labelFields());
    this.layout = VectorLayout.of(pipeline);
  }

  /** Derives the schemas of a pipeline whose file was found valid. */
  public static PipelineSchemas of(Pipeline pipeline) {
    return new PipelineSchemas(pipeline);
  }

  /** The record {@code millrace.<pipeline>.<Stream>}: the stream's fields in file order. */
  public Schema stream(Stream stream) {
    Schema schema = streams.get(stream.name());
    if (schema == null) {
      throw new IllegalArgumentException(pipeline.name() + " has no stream " + stream.name());
    }
    return schema;
  }

  /** An example's fields, then derived, then windowed features, then {@code _incomplete}. */
  public Schema vector() {
    return vector;
  }

  /** The fields of {@link #vector}, then the label and {@code _label_time}. */
  public Schema row() {
    return row;
  }

  /** {@link FeaturePanes}, the same for every pipeline. */
  public Schema panes() {
    return FeaturePanes.getClassSchema();
  }

  /** {@link Prediction}, the same for every pipeline. */
  public Schema prediction() {
    return Prediction.getClassSchema();
  }

  /** Positions in {@link #vector} and {@link #row}. */
  public VectorLayout layout() {
    return layout;
  }

  /** By registry artifact id ({@code <topic>-value}): the schema of each of the data topics. */
  public SequencedMap<String, Schema> artifacts() {
    SequencedMap<String, Schema> artifacts = new LinkedHashMap<>();
    for (Stream stream : pipeline.streams().values()) {
      artifacts.put(artifact(pipeline.topicOf(stream)), stream(stream));
    }
    artifacts.put(artifact(DataTopic.EXAMPLES), stream(pipeline.exampleStream()));
    artifacts.put(artifact(DataTopic.LABELS), stream(pipeline.labelStream()));
    artifacts.put(artifact(DataTopic.VECTORS), vector);
    artifacts.put(artifact(DataTopic.ROWS), row);
    artifacts.put(artifact(DataTopic.FEATURES), panes());
    artifacts.put(artifact(DataTopic.PREDICTIONS), prediction());
    artifacts.put(artifact(DataTopic.OUTCOMES), Outcome.getClassSchema());
    return Collections.unmodifiableSequencedMap(artifacts);
  }

  /** The registry's name of a topic's value schema, as the stock serializer forms it. */
  public static String artifact(String topic) {
    return topic + "-value";
  }

  /** The registry's name of the value schema of one of this pipeline's topics. */
  public String artifact(DataTopic topic) {
    return artifact(topic.of(pipeline.name()));
  }

  private Schema streamRecord(Stream stream) {
    String name = stream.name();
    return record(
        name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
        "An event of the stream " + name + ".",
        nullableFields(
            stream.fields().values().stream()
                .collect(
                    LinkedHashMap::new,
                    (types, field) -> types.put(field.name(), field.type()),
                    Map::putAll)));
  }

  private SequencedMap<String, FieldType> features() {
    SequencedMap<String, FieldType> types = new LinkedHashMap<>();
    pipeline.exampleStream().fields().forEach((name, field) -> types.put(name, field.type()));
    List<Expression> derived = PipelineExpressions.derived(pipeline);
    for (int i = 0; i < derived.size(); i++) {
      types.put(pipeline.derived().get(i).name(), derived.get(i).type());
    }
    pipeline.windowed().forEach(windowed -> types.put(windowed.name(), windowed.type()));
    return types;
  }

  private Schema vectorRecord(
      String name, Map<String, FieldType> features, List<Schema.Field> more) {
    List<Schema.Field> fields = nullableFields(features);
    fields.add(
        new Schema.Field(
            INCOMPLETE,
            TypeMapping.avro(FieldType.of(Scalar.BOOL)),
            "whether a windowed feature was computed before all that it covers was known",
            false));
    fields.addAll(more);
    return record(name, "An example with its features as of its event time.", fields);
  }

  private List<Schema.Field> labelFields() {
    return List.of(
        new Schema.Field(
            pipeline.label().name(), TypeMapping.avro(pipeline.label().type()), "the label"),
        new Schema.Field(
            LABEL_TIME,
            TypeMapping.avro(FieldType.of(Scalar.TIMESTAMP)),
            "event time of the label"));
  }

  private Schema record(String name, String doc, List<Schema.Field> fields) {
    return Schema.createRecord(name, doc, "millrace." + pipeline.name(), false, fields);
  }

  private static List<Schema.Field> nullableFields(Map<String, FieldType> types) {
    List<Schema.Field> fields = new ArrayList<>();
    types.forEach(
        (name, type) ->
            fields.add(
                new Schema.Field(name, nullable(type), null, Schema.Field.NULL_DEFAULT_VALUE)));
    return fields;
  }

  private static Schema nullable(FieldType type) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), TypeMapping.avro(type));
  }
}
