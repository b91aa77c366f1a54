package io.millrace.transformer.stream;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.messaging.serde.Decoded;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** What example and label readers share. */
final class Records {
  private Records() {}

  /** Examples and labels were written by the validator: one that does not decode is a bug. */
  static GenericRecord require(Decoded<GenericRecord> decoded) {
    return switch (decoded) {
      case Decoded.Value<GenericRecord> value -> value.value();
      case Decoded.Failed<GenericRecord> failed ->
          throw new IllegalStateException(failed.code() + ": " + failed.message());
    };
  }

  static Expression compile(String source, Stream stream) {
    Map<String, FieldType> variables = new LinkedHashMap<>();
    stream.fields().forEach((name, field) -> variables.put(name, field.type()));
    return switch (Expression.compile(source, variables)) {
      case Expression.Compiled compiled -> compiled.expression();
      case Expression.Failed failed ->
          throw new IllegalStateException("an accepted expression is refused: " + failed.message());
    };
  }

  /** Where an expression's operands are in a record of the schema. */
  static int[] positions(Expression expression, Schema schema) {
    return expression.variables().stream().mapToInt(name -> schema.getField(name).pos()).toArray();
  }

  static @Nullable Object[] values(GenericRecord record, int[] positions) {
    @Nullable Object[] values = new @Nullable Object[positions.length];
    for (int i = 0; i < positions.length; i++) {
      values[i] = record.get(positions[i]);
    }
    return values;
  }
}
