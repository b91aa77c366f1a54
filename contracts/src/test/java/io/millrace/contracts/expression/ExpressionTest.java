package io.millrace.contracts.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final Map<String, FieldType> VARIABLES =
      Map.of(
          "at", FieldType.of(Scalar.TIMESTAMP),
          "delay", FieldType.of(Scalar.INT),
          "ratio", FieldType.of(Scalar.FLOAT),
          "late", FieldType.of(Scalar.BOOL),
          "name", FieldType.of(Scalar.STRING),
          "tags", new FieldType(Scalar.STRING, true),
          "times", new FieldType(Scalar.TIMESTAMP, true),
          "in", FieldType.of(Scalar.INT),
          "int", FieldType.of(Scalar.INT),
          "timestamp", FieldType.of(Scalar.TIMESTAMP));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          delay > 15                         | BOOL   | true
          delay > 15.5                       | BOOL   | true
          ratio > 2                          | BOOL   | true
          delay * 2 - 1                      | INT    | 31
          delay / 5                          | INT    | 3
          double(delay) / 5.0                | FLOAT  | 3.2
          uint(delay) + 1u                   | INT    | 17
          ratio * 2.0                        | FLOAT  | 5.0
          name + "/" + string(delay)         | STRING | SFO/16
          name in ["SFO", "OAK"] ? 1 : 0     | INT    | 1
          tags.size()                        | INT    | 2
          tags.exists(tag, tag == "b")       | BOOL   | true
          times.exists(t, t > timestamp("1970-01-01T00:00:01Z")) | BOOL | true
          late && delay < 0                  | BOOL   | false
          at.getHours()                      | INT    | 6
          at.getDayOfWeek()                  | INT    | 1
          string(at + duration("1h"))        | STRING | 2001-01-01T07:30:00.000001Z
          1 + 1                              | INT    | 2
          int + 1                            | INT    | 8
          timestamp.getHours()               | INT    | 0
          """)
  void shouldGiveTheAnswerWorkedOutByHand(String source, Scalar type, String expected) {
    // Given 2001-01-01 was a Monday
    Expression expression = compiled(source);

    Object value =
        evaluate(
            expression,
            Map.of(
                "at",
                micros(Instant.parse("2001-01-01T06:30:00.000001Z")),
                "delay",
                16L,
                "int",
                7L,
                "timestamp",
                0L,
                "ratio",
                2.5,
                "late",
                true,
                "name",
                "SFO",
                "tags",
                List.of("a", "b"),
                "times",
                List.of(0L, 1_000_001L)));

    assertThat(expression.type()).isEqualTo(FieldType.of(type));
    assertThat(value).hasToString(expected);
    assertThat(expression.failures()).isZero();
  }

  @Property
  void shouldAgreeWithJavaTimeOnHoursAndWeekdays(
      @ForAll @LongRange(min = -2_208_988_800_000_000L, max = 4_102_444_800_000_000L) long micros) {
    OffsetDateTime expected =
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);

    assertThat(compiled("at.getHours()").evaluate(new Object[] {micros}))
        .isEqualTo((long) expected.getHour());
    assertThat(compiled("at.getDayOfWeek()").evaluate(new Object[] {micros}))
        .isEqualTo((long) expected.getDayOfWeek().getValue() % 7);
    assertThat(compiled("at").evaluate(new Object[] {micros})).isEqualTo(micros);
  }

  @Test
  void shouldNameOnlyTheVariablesReferredTo() {
    assertThat(compiled("delay > 15 && name != string(delay)").variables())
        .containsExactlyInAnyOrder("delay", "name");
    assertThat(compiled("1 + 1").variables()).isEmpty();
  }

  @Test
  void shouldGiveMissingWhenAnOperandIsMissing() {
    Expression expression = compiled("late || delay > 15");
    @Nullable Object[] operands = new @Nullable Object[2];
    operands[expression.variables().indexOf("late")] = true;

    assertThat(expression.evaluate(operands)).isNull();
    assertThat(expression.failures()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 / delay                  | 0
          9223372036854775807 + delay | 1
          1.0 / double(delay)        | 0
          double(delay) / 0.0        | 0
          uint(delay)                | -1
          """)
  void shouldCountAFailureAndGiveMissingWhenArithmeticFails(String source, long delay) {
    Expression expression = compiled(source);

    assertThat(expression.evaluate(new Object[] {delay})).isNull();
    assertThat(expression.failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          at.getHours()                  | 9223372036854775807 | 0
          at.getFullYear()               | -9223372036854775808 | 0
          at + duration("1h")            | 9223372036854775807 | 1
          at - duration("1h")            | -62135596800000000 | 1
          at                             | 253402300799999999 | 0
          at                             | 253402300800000000 | 1
          at                             | -62135596800000001 | 1
          timestamp(string(at) + "x")    | 0 | 1
          duration(string(at)) > duration("1h") | 0 | 1
          int(string(at))                | 0 | 1
          string(at).matches("(")        | 0 | 1
          ["a"][int(at)] == "a"          | 1000000 | 1
          {"a": 1}[string(at)]           | 0 | 1
          """)
  void shouldNeverThrowWhateverTheValues(String source, long micros, int failures) {
    Expression expression = compiled(source);

    expression.evaluate(new Object[] {micros});

    assertThat(expression.failures()).isEqualTo(failures);
  }

  @Test
  void shouldFailWhenTheResultIsBeyondSignedIntegers() {
    Expression expression = compiled("uint(delay) + 9223372036854775807u");

    assertThat(expression.evaluate(new Object[] {1L})).isNull();
    assertThat(expression.failures()).isEqualTo(1);
  }

  /** Without a bound the last loop would hold two to the power of forty letters. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "size([name]%s[0])",
        "size([bytes(name)]%s[0])",
        "size([[name]]%s[0])",
        "size([name, name]%s.filter(x, x == name))"
      })
  void shouldFailWhenWhatIsJoinedGrowsTooLong(String form) {
    Expression expression = compiled(form.formatted(".map(x, x + x)".repeat(40)));

    assertThat(expression.evaluate(new Object[] {"a"})).isNull();
    assertThat(expression.failures()).isEqualTo(1);
  }

  @Test
  void shouldGiveTextsUpToTheirBound() {
    Expression expression = compiled("name + name");
    int half = Limit.EXPRESSION_TEXT.most() / 2;

    assertThat(expression.evaluate(new Object[] {"a".repeat(half)}))
        .isEqualTo("a".repeat(2 * half));
    assertThat(expression.evaluate(new Object[] {"a".repeat(half + 1)})).isNull();
    assertThat(expression.failures()).isEqualTo(1);
  }

  @Test
  void shouldJoinUpToTheBound() {
    Expression expression = compiled("size(name + name)");
    int half = Limit.EXPRESSION_JOINED.most() / 2;

    assertThat(expression.evaluate(new Object[] {"a".repeat(half)})).isEqualTo(2L * half);
    assertThat(expression.evaluate(new Object[] {"a".repeat(half + 1)})).isNull();
    assertThat(
            compiled("size(bytes(name) + b'x') + size([1] + [2, 3])").evaluate(new Object[] {"ab"}))
        .isEqualTo(6L);
  }

  @Test
  void shouldWidenAnIntegerResultWhenAskedForFloat() {
    Expression expression = compiled("delay * 2").asFloat();

    assertThat(expression.type()).isEqualTo(FieldType.of(Scalar.FLOAT));
    assertThat(expression.evaluate(new Object[] {4L})).isEqualTo(8.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          delay >                    | 8 | mismatched input
          delay > 15 && nmae == ''   | 15 | undeclared reference to 'nmae'
          delay + ratio              | 7 | found no matching overload for '_+_' applied to '(int, double)'
          at - at                    | 1 | the result is a google.protobuf.Duration
          tags                       | 1 | the result is a list
          """)
  void shouldSayWhereAndWhatWhenTheSourceIsWrong(String source, int column, String message) {
    assertThat(Expression.compile(source, VARIABLES))
        .isInstanceOfSatisfying(
            Expression.Failed.class,
            failed -> {
              assertThat(failed.message()).contains(message);
              assertThat(failed.column()).isEqualTo(column);
            });
  }

  private static Expression compiled(String source) {
    return switch (Expression.compile(source, VARIABLES)) {
      case Expression.Compiled compiled -> compiled.expression();
      case Expression.Failed failed -> throw new AssertionError(source + ": " + failed);
    };
  }

  private static @Nullable Object evaluate(Expression expression, Map<String, Object> values) {
    return expression.evaluate(
        Arrays.stream(expression.variables().toArray()).map(values::get).toArray());
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
