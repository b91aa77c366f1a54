package io.millrace.serving.features;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.time.EventTimes;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.RequestColumns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes what a model takes from what a request brings; what is given is not made again. */
public final class FeatureAssembly {
  private final FeaturePlan plan;
  private final WindowedRead windowed;

  public FeatureAssembly(FeaturePlan plan, WindowedRead windowed) {
    this.plan = plan;
    this.windowed = windowed;
  }

  public FeaturePlan plan() {
    return plan;
  }

  /**
   * Completes a request's rows; waits for the store no longer than {@link WindowedRead} does.
   *
   * @param inputs the names of the model's inputs
   * @throws InferenceException when an input is unknown, missing or of another type, or an id
   *     longer than one may be
   */
  public FeatureRows complete(RequestColumns request, Collection<String> inputs) {
    Set<String> given = request.columns().keySet();
    Map<String, @Nullable Object[]> columns = new LinkedHashMap<>();
    request.columns().forEach((name, values) -> columns.put(name, typed(name, values)));
    List<String> missing =
        plan.needed(inputs, given).keySet().stream()
            .filter(field -> !given.contains(field))
            .toList();
    if (!missing.isEmpty()) {
      throw new InferenceException(
          ErrorCode.MISSING_INPUT,
          "the request has no input %s, which %s needed"
              .formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are"));
    }
    List<Windowed> lookedUp = new ArrayList<>();
    for (String input : inputs) {
      Expression expression = plan.derived().get(input);
      Windowed feature = plan.windowed().get(input);
      if (!given.contains(input) && expression != null) {
        columns.put(input, derived(expression, columns, request.rows()));
      } else if (!given.contains(input) && feature != null) {
        lookedUp.add(feature);
      }
    }
    WindowedRead.Rows read = windowed.read(lookedUp, columns, request.rows());
    columns.putAll(read.columns());
    Map<String, List<FeatureState>> states = new LinkedHashMap<>();
    for (String input : inputs) {
      if (plan.windowed().containsKey(input)) {
        List<FeatureState> state = read.states().get(input);
        states.put(
            input, state == null ? Collections.nCopies(request.rows(), FeatureState.GIVEN) : state);
      }
    }
    return new FeatureRows(request.rows(), columns, states, read.times());
  }

  private @Nullable Object[] typed(String name, List<@Nullable Object> values) {
    FieldType type =
        plan.type(name)
            .orElseThrow(
                () ->
                    new InferenceException(
                        ErrorCode.UNKNOWN_INPUT,
                        "%s has no field or feature %s".formatted(plan.pipeline().name(), name)));
    if (type.list()) {
      throw new InferenceException(ErrorCode.WRONG_SHAPE, name + " is a list, which is not taken");
    }
    TimeNotation times = plan.notation(name);
    @Nullable Object[] typed = new @Nullable Object[values.size()];
    boolean isId = name.equals(plan.pipeline().exampleStream().id());
    boolean isTime = name.equals(plan.pipeline().exampleStream().time());
    for (int row = 0; row < typed.length; row++) {
      typed[row] = FieldValue.of(type.scalar(), times, values.get(row), name, row);
      if (isTime && typed[row] instanceof Long time) {
        requireEventTime(time, times, name, row);
      }
      if (isId && typed[row] instanceof String id) {
        requireKey(id, name, row);
      }
    }
    return typed;
  }

  private static void requireEventTime(long time, TimeNotation times, String field, int row) {
    EventTimes.problem(time, times.numbers())
        .ifPresent(
            problem -> {
              throw new InferenceException(
                  problem.code(), "%s, row %d: %s".formatted(field, row, problem.message()));
            });
  }

  /** Its prediction is kept by it, as its event would be. */
  private static void requireKey(String id, String field, int row) {
    if (Limit.KEY_FIELD_CHARACTERS.isExceededBy(id.length())) {
      throw new InferenceException(
          ErrorCode.STRING_TOO_LONG,
          "%s, row %d: %s"
              .formatted(field, row, Limit.KEY_FIELD_CHARACTERS.exceededBy(id.length())));
    }
  }

  private static @Nullable Object[] derived(
      Expression expression, Map<String, @Nullable Object[]> columns, int rows) {
    List<String> variables = expression.variables();
    @Nullable Object[] results = new @Nullable Object[rows];
    @Nullable Object[] operands = new @Nullable Object[variables.size()];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < operands.length; i++) {
        operands[i] = Objects.requireNonNull(columns.get(variables.get(i)))[row];
      }
      results[row] = expression.evaluate(operands);
    }
    return results;
  }
}
