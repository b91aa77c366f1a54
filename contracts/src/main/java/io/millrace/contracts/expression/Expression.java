package io.millrace.contracts.expression;

import com.google.protobuf.Timestamp;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CEL expression over an event's fields, compiled once. Times are UTC, {@code getDayOfWeek()} is
 * 0 on Sundays, and whole numbers compare with fractions. Safe for several threads.
 */
public final class Expression {
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableTimestampEpoch(true)
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  private final FieldType type;
  private final List<String> variables;
  private final FieldType[] operandTypes;
  private final CelRuntime.Program program;

  /** What came of compiling. */
  public sealed interface Compilation {}

  public record Compiled(Expression expression) implements Compilation {}

  public record Failed(String message) implements Compilation {}

  private Expression(
      FieldType type,
      List<String> variables,
      FieldType[] operandTypes,
      CelRuntime.Program program) {
    this.type = type;
    this.variables = variables;
    this.operandTypes = operandTypes;
    this.program = program;
  }

  /** Compiles and type-checks an expression over variables of these types. */
  public static Compilation compile(String source, Map<String, FieldType> variables) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    variables.forEach((name, type) -> builder.addVar(name, celType(type)));
    CelCompiler compiler = builder.build();
    CelValidationResult result = compiler.compile(source);
    if (result.hasError()) {
      return new Failed(result.getErrors().getFirst().getMessage());
    }
    try {
      CelAbstractSyntaxTree tree = result.getAst();
      Optional<FieldType> type = fieldType(tree.getResultType());
      if (type.isEmpty()) {
        return new Failed("the result is of CEL type " + tree.getResultType().name());
      }
      List<String> used =
          tree.getReferenceMap().values().stream()
              .map(reference -> reference.name())
              .filter(variables::containsKey)
              .distinct()
              .sorted()
              .toList();
      FieldType[] types =
          used.stream()
              .map(name -> java.util.Objects.requireNonNull(variables.get(name)))
              .toArray(FieldType[]::new);
      return new Compiled(new Expression(type.get(), used, types, RUNTIME.createProgram(tree)));
    } catch (CelValidationException | CelEvaluationException e) {
      return new Failed(String.valueOf(e.getMessage()));
    }
  }

  /** The type of the result. */
  public FieldType type() {
    return type;
  }

  /** The variables that the expression uses: the operands of {@link #evaluate}, in order. */
  public List<String> variables() {
    return variables;
  }

  /**
   * Evaluates the expression. A missing operand gives a missing result, as does one that cannot be
   * computed, such as a division by zero.
   *
   * @param operands Long, Double, Boolean, String or (TIMESTAMP, microseconds) Long, one per
   *     variable
   */
  public @Nullable Object evaluate(@Nullable Object[] operands) {
    Map<String, Object> bound = HashMap.newHashMap(operands.length);
    for (int i = 0; i < operands.length; i++) {
      Object operand = operands[i];
      if (operand == null) {
        return null;
      }
      bound.put(variables.get(i), toCel(operandTypes[i], operand));
    }
    try {
      return fromCel(program.eval(bound));
    } catch (CelEvaluationException e) {
      return null;
    }
  }

  private static Object toCel(FieldType type, Object value) {
    return type.scalar() == Scalar.TIMESTAMP && value instanceof Long micros
        ? Timestamp.newBuilder()
            .setSeconds(Math.floorDiv(micros, 1_000_000L))
            .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1000)
            .build()
        : value;
  }

  private static @Nullable Object fromCel(Object result) {
    return switch (result) {
      case Long n -> n;
      case Double n -> n;
      case Boolean b -> b;
      case String s -> s;
      case com.google.common.primitives.UnsignedLong n -> n.longValue();
      case Timestamp t -> t.getSeconds() * 1_000_000L + t.getNanos() / 1000;
      case java.time.Instant t -> t.getEpochSecond() * 1_000_000L + t.getNano() / 1000;
      default -> null; // unknown, or of no type of ours
    };
  }

  private static CelType celType(FieldType type) {
    CelType scalar =
        switch (type.scalar()) {
          case INT -> SimpleType.INT;
          case FLOAT -> SimpleType.DOUBLE;
          case BOOL -> SimpleType.BOOL;
          case STRING -> SimpleType.STRING;
          case TIMESTAMP -> SimpleType.TIMESTAMP;
        };
    return type.list() ? ListType.create(scalar) : scalar;
  }

  private static Optional<FieldType> fieldType(CelType type) {
    return switch (type.kind()) {
      case INT, UINT -> Optional.of(FieldType.of(Scalar.INT));
      case DOUBLE -> Optional.of(FieldType.of(Scalar.FLOAT));
      case BOOL -> Optional.of(FieldType.of(Scalar.BOOL));
      case STRING -> Optional.of(FieldType.of(Scalar.STRING));
      case TIMESTAMP -> Optional.of(FieldType.of(Scalar.TIMESTAMP));
      default -> Optional.empty();
    };
  }
}
