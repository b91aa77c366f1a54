package io.millrace.transformer.stream;

import io.millrace.contracts.errors.ErrorCode;
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

  /** Of what was taken before, and so can be read. */
  static GenericRecord require(Decoded<GenericRecord> decoded) {
    return switch (decoded) {
      case Decoded.Value<GenericRecord> value -> value.value();
      case Decoded.Failed<GenericRecord> failed ->
          throw new IllegalStateException(failed.code() + ": " + failed.message());
    };
  }

  /** An event, if it has a time: everything goes by that. */
  static Decoded<GenericRecord> timed(Decoded<GenericRecord> decoded, int timePosition) {
    return decoded instanceof Decoded.Value<GenericRecord>(GenericRecord event, int schema)
            && !(event.get(timePosition) instanceof Long)
        ? new Decoded.Failed<>(ErrorCode.NO_TIME, "an event without a time")
        : decoded;
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
