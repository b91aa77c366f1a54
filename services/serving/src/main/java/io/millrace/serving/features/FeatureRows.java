package io.millrace.serving.features;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.ArrayList;
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
  /** A reference and a small object. */
  private static final int CELL_BYTES = 32;

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

  /**
   * The same rows with the features that a version of the pipeline means by their names: derived
   * ones are made again where another made them, windowed ones are those that the row brings along
   * for it, or missing.
   *
   * @param plan of that version
   * @param origins of each row
   */
  public FeatureRows asMeantBy(FeaturePlan plan, List<RowOrigin> origins) {
    Pipeline file = plan.pipeline();
    if (origins.stream().allMatch(origin -> origin.isMaker(file))) {
      return this;
    }
    Map<String, @Nullable Object[]> meant = new LinkedHashMap<>(columns);
    Map<String, List<FeatureState>> known = new LinkedHashMap<>(states);
    plan.derived()
        .forEach(
            (name, expression) -> {
              @Nullable Object[] values = column(name).clone();
              for (int row = 0; row < rows; row++) {
                if (!origins.get(row).means(name, file)) {
                  values[row] = derived(expression, row);
                }
              }
              meant.put(name, values);
            });
    plan.windowed()
        .forEach(
            (name, feature) -> {
              @Nullable Object[] values = column(name).clone();
              List<FeatureState> state =
                  new ArrayList<>(
                      states.getOrDefault(
                          name, Collections.nCopies(rows, FeatureState.OTHER_MEANING)));
              for (int row = 0; row < rows; row++) {
                if (!origins.get(row).means(name, file)) {
                  Optional<KeptValues> kept = origins.get(row).kept(name, file);
                  values[row] = kept.isPresent() ? kept.get().features().get(name) : null;
                  state.set(
                      row,
                      kept.isPresent()
                          ? FeatureState.ofVector(feature, values[row], times.get(row))
                          : FeatureState.OTHER_MEANING);
                }
              }
              meant.put(name, values);
              known.put(name, state);
            });
    return new FeatureRows(rows, meant, known, times);
  }

  /** Whether a row misses one of these, as whoever made it means something else by it. */
  public boolean lacksMeaning(int row, Collection<String> inputs) {
    return inputs.stream()
        .map(states::get)
        .anyMatch(state -> state != null && state.get(row).equals(FeatureState.OTHER_MEANING));
  }

  private @Nullable Object derived(Expression expression, int row) {
    return expression.evaluate(
        expression.variables().stream().map(name -> column(name)[row]).toArray());
  }

  /** How much memory they take, about: what makes the difference is long text. */
  public long bytes() {
    long bytes = 0;
    for (@Nullable Object[] values : columns.values()) {
      bytes += (long) CELL_BYTES * values.length;
      for (Object value : values) {
        if (value instanceof CharSequence text) {
          bytes += 2L * text.length();
        } else if (value instanceof Collection<?> list) {
          bytes += (long) CELL_BYTES * list.size();
        }
      }
    }
    for (List<FeatureState> known : states.values()) {
      bytes += (long) CELL_BYTES * known.size();
    }
    return bytes;
  }

  /** Whether a model may take a field of this type as text; empty when not at all. */
  public static Optional<Boolean> asText(FieldType type) {
    return type.list() || type.scalar() == Scalar.TIMESTAMP
        ? Optional.empty()
        : Optional.of(type.scalar() == Scalar.STRING);
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
