package io.millrace.transformer.stream;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.KeptFeatures;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the topology reads from a label event: its time, the label, and the values that windows sum.
 */
final class LabelReader {
  /** In place of a field's position; one further down for the label that a kept feature sums. */
  private static final int LABEL_ITSELF = -1;

  private static final int KEPT_LABEL = -2;

  private final RecordDecoder<GenericRecord> decoder;
  private final Schema schema;
  private final Label label;
  private final int timePosition;
  private final Expression expression;
  private final int[] operandPositions;
  private final int[][] seriesPositions;
  private final @Nullable Expression keptLabel;
  private final int[] keptOperands;

  LabelReader(
      Pipeline pipeline,
      KeptFeatures kept,
      List<EntityFeatures> entities,
      SchemaCache schemas,
      Schema schema) {
    this.decoder = RecordDecoder.generic(schemas, schema);
    this.schema = schema;
    this.label = pipeline.label();
    this.timePosition = schema.getField(pipeline.labelStream().time()).pos();
    this.expression = Records.compile(label.value(), pipeline.labelStream());
    this.operandPositions = Records.positions(expression, schema);
    Map<SeriesKey, Integer> positions = new HashMap<>();
    for (Windowed feature : pipeline.windowed()) {
      positions.put(
          SeriesKey.of(feature, pipeline), position(feature, pipeline, LABEL_ITSELF, schema));
    }
    for (Windowed feature : kept.features()) {
      positions.putIfAbsent(
          SeriesKey.of(feature, kept.by()), position(feature, kept.by(), KEPT_LABEL, schema));
    }
    this.seriesPositions =
        entities.stream()
            .map(entity -> entity.series().stream().mapToInt(positions::get).toArray())
            .toArray(int[][]::new);
    this.keptLabel =
        positions.containsValue(KEPT_LABEL)
            ? Records.compile(kept.by().label().value(), pipeline.labelStream())
            : null;
    this.keptOperands = keptLabel == null ? new int[0] : Records.positions(keptLabel, schema);
  }

  private static int position(Windowed feature, Pipeline by, int ofLabel, Schema schema) {
    return feature.field().equals(by.label().name())
        ? ofLabel
        : schema.getField(feature.field()).pos();
  }

  /** What somebody has written. */
  Decoded<GenericRecord> decode(byte[] value) {
    return Records.timed(decoder.decode(value), timePosition);
  }

  /** What was decoded before. */
  GenericRecord read(byte[] value) {
    return Records.require(decoder.decode(value));
  }

  /** Event time in microseconds. */
  long time(GenericRecord event) {
    return (Long) event.get(timePosition);
  }

  /** The label: Boolean, String or Double by its kind; missing when an operand is. */
  @Nullable Object label(GenericRecord event) {
    Object value = expression.evaluate(Records.values(event, operandPositions));
    return label.kind() == Label.Kind.REGRESSION && value instanceof Long number
        ? Double.valueOf(number.doubleValue())
        : value;
  }

  /** The label as the file of the live model means it; missing too where nothing sums that. */
  @Nullable Object keptLabel(GenericRecord event) {
    return keptLabel == null ? null : keptLabel.evaluate(Records.values(event, keptOperands));
  }

  /** One value per series of the entity; NaN where missing, a BOOL as 0 or 1. */
  double[] values(
      GenericRecord event, @Nullable Object labelValue, @Nullable Object keptValue, int entity) {
    int[] positions = seriesPositions[entity];
    double[] values = new double[positions.length];
    for (int i = 0; i < positions.length; i++) {
      values[i] =
          number(
              switch (positions[i]) {
                case LABEL_ITSELF -> labelValue;
                case KEPT_LABEL -> keptValue;
                default -> event.get(positions[i]);
              });
    }
    return values;
  }

  /** The fields of a label event that the values of a series are made of. */
  Set<String> fields(int entity, int series) {
    int position = seriesPositions[entity][series];
    int[] positions =
        position == LABEL_ITSELF
            ? operandPositions
            : position == KEPT_LABEL ? keptOperands : new int[] {position};
    Set<String> fields = new HashSet<>(Set.of(schema.getFields().get(timePosition).name()));
    for (int one : positions) {
      fields.add(schema.getFields().get(one).name());
    }
    return fields;
  }

  private static double number(@Nullable Object value) {
    return switch (value) {
      case Number number -> number.doubleValue();
      case Boolean flag -> flag ? 1 : 0;
      case null -> Double.NaN;
      default -> 1; // a count of values that are not numbers
    };
  }
}
