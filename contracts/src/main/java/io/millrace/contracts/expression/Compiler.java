package io.millrace.contracts.expression;

import cel.parser.internal.CELLexer;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelReference;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Source text to a checked, typed program. */
final class Compiler {
  /** Bounds the work of a hostile file and of each evaluation. */
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableTimestampEpoch(true)
          .maxExpressionCodePointSize(Limit.EXPRESSION_CHARACTERS.most())
          .maxParseRecursionDepth(Limit.EXPRESSION_DEPTH.most())
          .comprehensionMaxIterations(Limit.EXPRESSION_STEPS.most())
          .build();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder()
          .setOptions(OPTIONS)
          .setStandardEnvironmentEnabled(false)
          .setStandardFunctions(BoundedJoins.withoutTheirs())
          .addFunctionBindings(BoundedJoins.ours())
          .build();

  private Compiler() {}

  static Expression.Compilation compile(String source, Map<String, FieldType> variables) {
    Optional<Expression.Failed> noToken = firstThatIsNoToken(source);
    if (noToken.isPresent()) {
      return noToken.get();
    }
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    variables.forEach((name, type) -> builder.addVar(name, CelTypes.of(type)));
    CelValidationResult result = builder.build().compile(source);
    if (result.hasError()) {
      return failed(result.getErrors());
    }
    try {
      return checked(source, result.getAst(), variables);
    } catch (CelValidationException | CelEvaluationException e) {
      return new Expression.Failed(String.valueOf(e.getMessage()), 1);
    }
  }

  private static Expression.Compilation checked(
      String source, CelAbstractSyntaxTree tree, Map<String, FieldType> variables)
      throws CelEvaluationException {
    Optional<FieldType> type = CelTypes.fieldTypeOf(tree.getResultType());
    if (type.isEmpty()) {
      return new Expression.Failed(
          "the result is a "
              + tree.getResultType().name()
              + "; it must be an int, uint, double, bool, string or timestamp",
          1);
    }
    List<String> used =
        tree.getReferenceMap().values().stream()
            .filter(reference -> reference.overloadIds().isEmpty())
            .map(CelReference::name)
            .filter(variables::containsKey)
            .distinct()
            .sorted()
            .toList();
    List<FieldType> usedTypes = used.stream().map(variables::get).toList();
    return new Expression.Compiled(
        new Expression(source, type.get(), used, usedTypes, RUNTIME.createProgram(tree)));
  }

  /** CEL's parser reports each of them, and 4,000 of them in 60 open calls take 50 MB. */
  private static Optional<Expression.Failed> firstThatIsNoToken(String source) {
    if (Limit.EXPRESSION_CHARACTERS.isExceededBy(source.codePointCount(0, source.length()))) {
      return Optional.empty(); // it is refused before it is read
    }
    CELLexer lexer = new CELLexer(CharStreams.fromString(inAscii(source)));
    FirstError first = new FirstError(source, lexer);
    lexer.removeErrorListeners();
    lexer.addErrorListener(first);
    while (first.failed == null && lexer.nextToken().getType() != Token.EOF) {}
    return Optional.ofNullable(first.failed);
  }

  /**
   * With a character that is as little of a token as all beyond ASCII, outside of texts: ANTLR
   * remembers what follows from one of ASCII, and takes 2 KB for each other.
   */
  private static String inAscii(String source) {
    return source
        .codePoints()
        .map(c -> c < 128 ? c : '@')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static final class FirstError extends BaseErrorListener {
    private static final int SHOWN = 20;

    private final String source;
    private final CELLexer lexer;
    private Expression.@Nullable Failed failed;

    FirstError(String source, CELLexer lexer) {
      this.source = source;
      this.lexer = lexer;
    }

    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        @Nullable Object symbol,
        int line,
        int column,
        String message,
        @Nullable RecognitionException e) {
      if (failed == null) {
        int[] from = source.codePoints().skip(lexer._tokenStartCharIndex).limit(SHOWN).toArray();
        failed =
            new Expression.Failed(
                "token recognition error at: '" + new String(from, 0, from.length) + "'",
                column + 1);
      }
    }
  }

  private static Expression.Compilation failed(List<CelIssue> issues) {
    CelIssue first = issues.getFirst();
    return new Expression.Failed(
        first.getMessage(), Math.max(0, first.getSourceLocation().getColumn()) + 1);
  }
}
