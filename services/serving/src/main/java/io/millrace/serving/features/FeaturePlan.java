package io.millrace.serving.features;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.expression.PipelineExpressions;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.time.TimeNotation;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields that a pipeline's models may take, and what each is made from. */
public final class FeaturePlan {
  private final Pipeline pipeline;
  private final Map<String, FieldType> types = new LinkedHashMap<>();
  private final Map<String, Expression> derived = new LinkedHashMap<>();
  private final Map<String, Windowed> windowed = new LinkedHashMap<>();

  public FeaturePlan(Pipeline pipeline) {
    this.pipeline = pipeline;
    pipeline.exampleStream().fields().forEach((name, field) -> types.put(name, field.type()));
    List<Expression> expressions = PipelineExpressions.derived(pipeline);
    for (int i = 0; i < expressions.size(); i++) {
      String name = pipeline.derived().get(i).name();
      derived.put(name, expressions.get(i));
      types.put(name, expressions.get(i).type());
    }
    for (Windowed feature : pipeline.windowed()) {
      windowed.put(feature.name(), feature);
      types.put(feature.name(), feature.type());
    }
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  /** The type of an example's field or of a feature. */
  public Optional<FieldType> type(String field) {
    return Optional.ofNullable(types.get(field));
  }

  /** How times of an example's field or of a feature are written. */
  public TimeNotation notation(String field) {
    Field known = pipeline.exampleStream().fields().get(field);
    return known == null ? TimeNotation.DEFAULT : known.notation();
  }

  Map<String, Expression> derived() {
    return Collections.unmodifiableMap(derived);
  }

  Map<String, Windowed> windowed() {
    return Collections.unmodifiableMap(windowed);
  }

  /** Whether a feature is derived from fields that another plan's example has alike. */
  public boolean isDerivedFrom(FeaturePlan other, String feature) {
    Expression expression = derived.get(feature);
    return expression != null
        && expression.variables().stream().allMatch(field -> type(field).equals(other.type(field)));
  }

  /**
   * The fields of the example without which a model's inputs can't be made, in file order.
   *
   * @param inputs the model's
   * @param given what need not be made
   */
  public Map<String, Field> needed(Collection<String> inputs, Set<String> given) {
    Set<String> names = new LinkedHashSet<>();
    for (String input : inputs) {
      Expression expression = derived.get(input);
      Windowed feature = windowed.get(input);
      if (given.contains(input)) {
        names.add(input);
      } else if (expression != null) {
        names.addAll(expression.variables());
      } else if (feature != null) {
        names.add(feature.entity());
      } else {
        names.add(input);
      }
    }
    Map<String, Field> needed = new LinkedHashMap<>();
    pipeline
        .exampleStream()
        .fields()
        .forEach(
            (name, field) -> {
              if (names.contains(name)) {
                needed.put(name, field);
              }
            });
    return needed;
  }
}
