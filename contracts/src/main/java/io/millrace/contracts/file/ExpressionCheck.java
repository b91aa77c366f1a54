package io.millrace.contracts.file;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.FieldType;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles an expression of the file, telling where and why it can't be. */
final class ExpressionCheck {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']+)'");
  private static final Pattern MIXED =
      Pattern.compile("applied to '\\((int, double|double, int)\\)'");

  private ExpressionCheck() {}

  /** The type of the result; empty when it does not compile. */
  static Optional<FieldType> type(String source, Map<String, FieldType> types, Section where) {
    return switch (Expression.compile(source, types)) {
      case Expression.Compiled compiled -> Optional.of(compiled.expression().type());
      case Expression.Failed failed -> {
        where.problemAt(
            failed.column(),
            "\""
                + source
                + "\" does not compile: column "
                + failed.column()
                + ": "
                + failed.message(),
            fix(failed.message(), types));
        yield Optional.empty();
      }
    };
  }

  private static String fix(String message, Map<String, FieldType> types) {
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.find()) {
      return Closest.fix(undeclared.group(1), types.keySet().stream().sorted().toList());
    }
    return MIXED.matcher(message).find() ? "convert the int, as in double(x)" : "";
  }
}
