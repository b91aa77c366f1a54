package io.millrace.monitor.outcomes;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.expression.PipelineExpressions;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** What is read from a label event. */
final class LabelReader {
  private final RecordDecoder<GenericRecord> decoder;
  private final int timePosition;
  private final Expression expression;
  private final int[] operands;

  LabelReader(Pipeline pipeline, SchemaCache schemas, Schema schema) {
    this.decoder = RecordDecoder.generic(schemas, schema);
    this.timePosition = schema.getField(pipeline.labelStream().time()).pos();
    this.expression = PipelineExpressions.label(pipeline);
    this.operands =
        expression.variables().stream().mapToInt(name -> schema.getField(name).pos()).toArray();
  }

  /**
   * @param value NaN where the label has none, or none that a score can be compared with
   */
  record Label(long time, double value) {}

  Decoded<Label> read(byte[] event) {
    return switch (decoder.decode(event)) {
      case Decoded.Value<GenericRecord>(GenericRecord label, int schema) ->
          label.get(timePosition) instanceof Long time
              ? new Decoded.Value<>(new Label(time, number(label)), schema)
              : new Decoded.Failed<>(ErrorCode.NO_TIME, "a label without a time");
      case Decoded.Failed<GenericRecord> failed ->
          new Decoded.Failed<>(failed.code(), failed.message());
    };
  }

  private double number(GenericRecord event) {
    @Nullable Object[] values = new @Nullable Object[operands.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = event.get(operands[i]);
    }
    return switch (expression.evaluate(values)) {
      case Boolean flag -> flag ? 1 : 0;
      case Number number when Double.isFinite(number.doubleValue()) -> number.doubleValue();
      case null, default -> Double.NaN;
    };
  }
}
