package io.millrace.monitor.verdicts;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.expression.PipelineExpressions;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The model's inputs whose values are compared between windows. */
public final class WatchedInputs {
  private WatchedInputs() {}

  /**
   * All but those that are ignored, and those that are made from time alone and are not named in
   * the pipeline file: an hour or a weekday differs from window to window by nature.
   */
  public static SortedSet<String> of(Pipeline pipeline) {
    SortedSet<String> inputs = new TreeSet<>();
    pipeline.transform().forEach(transform -> inputs.addAll(transform.inputs()));
    Drift drift = pipeline.monitor().drift();
    inputs.removeIf(drift::ignores);
    SortedSet<String> ofTime = madeOfTime(pipeline);
    inputs.removeIf(input -> ofTime.contains(input) && !drift.fields().containsKey(input));
    return inputs;
  }

  /**
   * Derived features that are made from time alone. What a version was trained on has all hours and
   * weekdays, a window perhaps one: to compare these says nothing.
   */
  public static SortedSet<String> madeOfTime(Pipeline pipeline) {
    SortedSet<String> ofTime = new TreeSet<>();
    Map<String, FieldType> fields = PipelineExpressions.variables(pipeline.exampleStream());
    List<Expression> derived = PipelineExpressions.derived(pipeline);
    for (int i = 0; i < derived.size(); i++) {
      if (derived.get(i).variables().stream().allMatch(field -> isTime(fields.get(field)))) {
        ofTime.add(pipeline.derived().get(i).name());
      }
    }
    return ofTime;
  }

  private static boolean isTime(@org.jspecify.annotations.Nullable FieldType type) {
    return FieldType.of(Scalar.TIMESTAMP).equals(type);
  }
}
