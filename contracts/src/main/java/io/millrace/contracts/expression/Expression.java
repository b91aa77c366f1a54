package io.millrace.contracts.expression;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A compiled CEL expression over named fields; safe for use by several threads.
 *
 * <p>Values are those of the data plane: INT and TIMESTAMP (microseconds since the epoch) are
 * {@code Long}, FLOAT {@code Double}, BOOL {@code Boolean}, STRING {@code String}, a list {@code
 * java.util.List}, missing {@code null}. Hours and days of a timestamp are UTC's; the first day of
 * the week is Sunday, 0.
 */
public final class Expression {
  private final String source;
  private final FieldType type;
  private final List<String> variables;
  private final List<FieldType> variableTypes;
  private final CelRuntime.Program program;
  private final LongAdder failures = new LongAdder();

  /** What became of compiling an expression. */
  public sealed interface Compilation {}

  public record Compiled(Expression expression) implements Compilation {}

  /**
   * The expression can't be used.
   *
   * @param column where in the source, from 1
   */
  public record Failed(String message, int column) implements Compilation {}

  Expression(
      String source,
      FieldType type,
      List<String> variables,
      List<FieldType> variableTypes,
      CelRuntime.Program program) {
    this.source = source;
    this.type = type;
    this.variables = variables;
    this.variableTypes = variableTypes;
    this.program = program;
  }

  /**
   * Compiles a source.
   *
   * @param variables what the source may refer to
   */
  public static Compilation compile(String source, Map<String, FieldType> variables) {
    return Compiler.compile(source, variables);
  }

  /** The same expression with an INT result as FLOAT, for a label that is a quantity. */
  public Expression asFloat() {
    return switch (type.scalar()) {
      case INT, FLOAT ->
          new Expression(source, FieldType.of(Scalar.FLOAT), variables, variableTypes, program);
      case BOOL, STRING, TIMESTAMP ->
          throw new IllegalStateException(source + " is a " + type + ", not a number");
    };
  }

  public FieldType type() {
    return type;
  }

  /** The variables that the source refers to, each once; the positions of the operands. */
  public List<String> variables() {
    return variables;
  }

  /**
   * Evaluations that failed (division by zero, overflow, NaN, a text beyond {@link
   * Limit#EXPRESSION_TEXT}); their results were missing.
   */
  public long failures() {
    return failures.sum();
  }

  /**
   * The value, or null when an operand is missing or the evaluation fails, which {@link #failures}
   * counts.
   *
   * @param operands by the positions of {@link #variables}
   */
  public @Nullable Object evaluate(@Nullable Object[] operands) {
    Object[] values = new Object[variables.size()];
    for (int i = 0; i < values.length; i++) {
      Object operand = operands[i];
      if (operand == null) {
        return null;
      }
      values[i] = CelValues.toCel(variableTypes.get(i), operand);
    }
    try {
      Object result = CelValues.fromCel(program.eval(name -> resolve(name, values)));
      if (result instanceof String text && Limit.EXPRESSION_TEXT.isExceededBy(text.length())) {
        throw new ArithmeticException(Limit.EXPRESSION_TEXT.exceededBy(text.length()));
      }
      return type.scalar() == Scalar.FLOAT ? ((Number) result).doubleValue() : result;
    } catch (CelEvaluationException | ArithmeticException e) {
      failures.increment();
      return null;
    }
  }

  private Optional<Object> resolve(String name, Object[] values) {
    int position = variables.indexOf(name);
    return position < 0 ? Optional.empty() : Optional.of(values[position]);
  }

  @Override
  public String toString() {
    return source;
  }
}
