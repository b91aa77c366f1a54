package io.millrace.transformer.stream;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.Derived;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the topology reads from an example: its time, the entities it names, its derived features.
 */
final class ExampleReader {
  private final Schema schema;
  private final RecordDecoder<GenericRecord> decoder;
  private final RecordDecoder<GenericRecord> vectorDecoder;
  private final int timePosition;
  private final int[] entityPositions;
  private final DerivedFeature[] derived;

  private record DerivedFeature(Expression expression, int[] positions) {}

  ExampleReader(
      Pipeline pipeline,
      List<EntityFeatures> entities,
      SchemaCache schemas,
      Schema schema,
      Schema vector) {
    Stream stream = pipeline.exampleStream();
    this.schema = schema;
    this.decoder = RecordDecoder.generic(schemas, schema);
    this.vectorDecoder = RecordDecoder.generic(schemas, vector);
    this.timePosition = schema.getField(stream.time()).pos();
    this.entityPositions =
        entities.stream().mapToInt(entity -> schema.getField(entity.entity()).pos()).toArray();
    this.derived =
        pipeline.derived().stream()
            .map(feature -> compile(feature, stream, schema))
            .toArray(DerivedFeature[]::new);
  }

  /** What somebody has written. */
  Decoded<GenericRecord> decode(byte[] value) {
    return Records.timed(decoder.decode(value), timePosition);
  }

  /** What was decoded before. */
  GenericRecord read(byte[] value) {
    return Records.require(decoder.decode(value));
  }

  /** A vector; it starts with its example's fields, and can be asked for them like one. */
  GenericRecord readVector(byte[] value) {
    return Records.require(vectorDecoder.decode(value));
  }

  /** Event time in microseconds. */
  long time(GenericRecord example) {
    return (Long) example.get(timePosition);
  }

  /** The entity's key; missing when the example does not name one. */
  @Nullable String entity(GenericRecord example, int entity) {
    Object key = example.get(entityPositions[entity]);
    return key == null ? null : key.toString();
  }

  /** The fields of an example that name its time and an entity. */
  Set<String> fields(int entity) {
    return new HashSet<>(
        List.of(
            schema.getFields().get(timePosition).name(),
            schema.getFields().get(entityPositions[entity]).name()));
  }

  @Nullable Object derived(GenericRecord example, int feature) {
    DerivedFeature f = derived[feature];
    return f.expression.evaluate(Records.values(example, f.positions));
  }

  private static DerivedFeature compile(Derived feature, Stream stream, Schema schema) {
    Expression expression = Records.compile(feature.expression(), stream);
    return new DerivedFeature(expression, Records.positions(expression, schema));
  }
}
