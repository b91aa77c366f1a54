package io.millrace.serving.features;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Rows with all that a model takes, column by column, whatever door they came through.
 *
 * @param columns by field; values of the data plane, null for missing
 * @param states by windowed feature, where it is known how it was come by
 * @param times event time of each row in microseconds, or the time its features are of; empty when
 *     neither is known
 */
public record FeatureRows(
    int rows,
    Map<String, @Nullable Object[]> columns,
    Map<String, List<FeatureState>> states,
    List<OptionalLong> times) {
  private static final int BYTES_PER_VALUE = 24;
  private static final int BYTES_PER_STATE = 32;

  public FeatureRows {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    times = List.copyOf(times);
  }

  /** What a model is asked with; a field that is not here is missing in every row. */
  public Columns modelInput(Collection<OnnxModel.Input> inputs) {
    Columns model = new Columns(rows);
    for (OnnxModel.Input input : inputs) {
      @Nullable Object[] values = column(input.name());
      if (input.isText()) {
        model.texts(input.name(), texts(values));
      } else {
        model.numbers(input.name(), numbers(values));
      }
    }
    return model;
  }

  /** A field's values; all missing when there is no such column. */
  public @Nullable Object[] column(String field) {
    @Nullable Object[] values = columns.get(field);
    return values == null ? new @Nullable Object[rows] : values;
  }

  /** Whether a model may take a field of this type as text; empty when not at all. */
  public static Optional<Boolean> asText(FieldType type) {
    return type.list() || type.scalar() == Scalar.TIMESTAMP
        ? Optional.empty()
        : Optional.of(type.scalar() == Scalar.STRING);
  }

  /** About how much memory the rows are held in. */
  public long memoryBytes() {
    long bytes = 0;
    for (@Nullable Object[] values : columns.values()) {
      for (Object value : values) {
        bytes += BYTES_PER_VALUE + (value instanceof CharSequence text ? 2L * text.length() : 0);
      }
    }
    return bytes + (long) BYTES_PER_STATE * rows * states.size();
  }

  private static String[] texts(@Nullable Object[] values) {
    String[] texts = new String[values.length];
    for (int i = 0; i < texts.length; i++) {
      Object value = values[i];
      texts[i] = value == null ? "" : value.toString();
    }
    return texts;
  }

  private static float[] numbers(@Nullable Object[] values) {
    float[] numbers = new float[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (values[i]) {
            case null -> Float.NaN;
            case Number number -> number.floatValue();
            case Boolean flag -> flag ? 1 : 0;
            default -> throw new IllegalStateException("not a number: " + values[i].getClass());
          };
    }
    return numbers;
  }
}
