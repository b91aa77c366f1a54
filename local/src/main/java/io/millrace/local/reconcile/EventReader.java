package io.millrace.local.reconcile;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Reads id, time and label of a stream's events. */
final class EventReader {
  /**
   * An event.
   *
   * @param micros 0 when it has no time
   */
  record Event(String id, long micros, boolean hasLabel) {}

  private final Stream stream;
  private final RecordDecoder<GenericRecord> decoder;
  private final Optional<Expression> label;

  EventReader(Pipeline pipeline, Stream stream, SchemaCache schemas) {
    this.stream = stream;
    this.decoder = RecordDecoder.generic(schemas, PipelineSchemas.of(pipeline).stream(stream));
    this.label =
        stream.role() == Stream.Role.LABEL
            ? Optional.of(compile(pipeline.label().value(), stream))
            : Optional.empty();
  }

  /** Empty when the value does not decode or has no id. */
  Optional<Event> read(byte @Nullable [] value) {
    if (value == null || !(decoder.decode(value) instanceof Decoded.Value<GenericRecord> decoded)) {
      return Optional.empty();
    }
    GenericRecord event = decoded.value();
    Object time = event.get(stream.time());
    return Optional.ofNullable(event.get(stream.id()))
        .map(
            id ->
                new Event(
                    id.toString(), time instanceof Long micros ? micros : 0, hasLabel(event)));
  }

  private boolean hasLabel(GenericRecord event) {
    if (label.isEmpty()) {
      return false;
    }
    Expression expression = label.get();
    @Nullable Object[] operands =
        expression.variables().stream().map(name -> event.get(name)).toArray();
    return expression.evaluate(operands) != null;
  }

  private static Expression compile(String source, Stream stream) {
    Map<String, FieldType> variables = new LinkedHashMap<>();
    stream.fields().forEach((name, field) -> variables.put(name, field.type()));
    return switch (Expression.compile(source, variables)) {
      case Expression.Compiled compiled -> compiled.expression();
      case Expression.Failed failed -> throw new IllegalArgumentException(failed.message());
    };
  }
}
