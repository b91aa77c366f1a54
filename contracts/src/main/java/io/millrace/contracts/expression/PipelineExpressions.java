package io.millrace.contracts.expression;

import io.millrace.contracts.pipeline.Derived;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The expressions of a pipeline whose file was found valid; for any other they throw {@link
 * IllegalArgumentException}.
 */
public final class PipelineExpressions {
  private PipelineExpressions() {}

  /** The label's value over the fields of the label stream, of the label's type. */
  public static Expression label(Pipeline pipeline) {
    Label label = pipeline.label();
    Expression expression = compiled(label.value(), variables(pipeline.labelStream()));
    return label.kind() == Label.Kind.REGRESSION ? expression.asFloat() : expression;
  }

  /** The derived features over the fields of the example stream, in file order. */
  public static List<Expression> derived(Pipeline pipeline) {
    Map<String, FieldType> variables = variables(pipeline.exampleStream());
    return pipeline.derived().stream()
        .map(Derived::expression)
        .map(source -> compiled(source, variables))
        .toList();
  }

  /** What an expression over the events of a stream may refer to. */
  public static Map<String, FieldType> variables(Stream stream) {
    Map<String, FieldType> types = new HashMap<>();
    stream.fields().forEach((name, field) -> types.put(name, field.type()));
    return types;
  }

  private static Expression compiled(String source, Map<String, FieldType> variables) {
    return switch (Expression.compile(source, variables)) {
      case Expression.Compiled compiled -> compiled.expression();
      case Expression.Failed failed ->
          throw new IllegalArgumentException(source + ": " + failed.message());
    };
  }
}
