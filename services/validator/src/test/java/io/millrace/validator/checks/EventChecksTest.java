package io.millrace.validator.checks;

import static io.millrace.contracts.errors.ErrorCode.ENUM_TYPE_UNEXPECTED_STRING_VALUES;
import static io.millrace.contracts.errors.ErrorCode.FEATURE_TYPE_HIGH_NUMBER_VALUES;
import static io.millrace.contracts.errors.ErrorCode.FEATURE_TYPE_LOW_NUMBER_VALUES;
import static io.millrace.contracts.errors.ErrorCode.FEATURE_TYPE_NOT_PRESENT;
import static io.millrace.contracts.errors.ErrorCode.FLOAT_TYPE_BIG_FLOAT;
import static io.millrace.contracts.errors.ErrorCode.FLOAT_TYPE_HAS_INF;
import static io.millrace.contracts.errors.ErrorCode.FLOAT_TYPE_HAS_NAN;
import static io.millrace.contracts.errors.ErrorCode.FLOAT_TYPE_SMALL_FLOAT;
import static io.millrace.contracts.errors.ErrorCode.INT_TYPE_BIG_INT;
import static io.millrace.contracts.errors.ErrorCode.INT_TYPE_SMALL_INT;
import static io.millrace.contracts.errors.ErrorCode.NO_ID;
import static io.millrace.contracts.errors.ErrorCode.NO_TIME;
import static io.millrace.contracts.errors.ErrorCode.STRING_TOO_LONG;
import static io.millrace.contracts.errors.ErrorCode.TIME_AFTER_DOMAIN;
import static io.millrace.contracts.errors.ErrorCode.TIME_BEFORE_DOMAIN;
import static io.millrace.contracts.errors.ErrorCode.TIME_IN_FUTURE;
import static io.millrace.validator.checks.Readings.NOW;
import static io.millrace.validator.checks.Readings.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.EventTimes;
import io.millrace.contracts.time.TimeBounds;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each code, on both sides of its bound. */
final class EventChecksTest {
  private static final Field INT =
      field("x", Scalar.INT, new Domain.IntDomain(OptionalLong.of(1), OptionalLong.of(10)));
  private static final Field FLOAT =
      field(
          "x",
          Scalar.FLOAT,
          new Domain.FloatDomain(OptionalDouble.of(-0.5), OptionalDouble.of(0.5), true, true));
  private static final Field ANY_FLOAT = field("x", Scalar.FLOAT, new Domain.Any());
  private static final Field CODE =
      field("x", Scalar.STRING, new Domain.StringDomain(Set.of("a", "b"), OptionalLong.empty()));
  private static final Field TEXT =
      field("x", Scalar.STRING, new Domain.StringDomain(Set.of(), OptionalLong.of(3)));
  private static final Field TIME =
      field("x", Scalar.TIMESTAMP, new Domain.TimeDomain(OptionalLong.of(5), OptionalLong.of(9)));
  private static final Field ANY_TIME = field("x", Scalar.TIMESTAMP, new Domain.Any());
  private static final Field TIMES = Readings.list(ANY_TIME, 1, 3);
  private static final Field REQUIRED = Readings.required(INT);
  private static final Field LIST = Readings.list(INT, 1, 3);

  static List<Arguments> table() {
    return List.of(
        arguments(INT, 1L, List.of()),
        arguments(INT, 0L, List.of(INT_TYPE_SMALL_INT)),
        arguments(INT, 10L, List.of()),
        arguments(INT, 11L, List.of(INT_TYPE_BIG_INT)),
        arguments(INT, null, List.of()),
        arguments(REQUIRED, 1L, List.of()),
        arguments(REQUIRED, null, List.of(FEATURE_TYPE_NOT_PRESENT)),
        arguments(FLOAT, -0.5, List.of()),
        arguments(FLOAT, Math.nextDown(-0.5), List.of(FLOAT_TYPE_SMALL_FLOAT)),
        arguments(FLOAT, 0.5, List.of()),
        arguments(FLOAT, Math.nextUp(0.5), List.of(FLOAT_TYPE_BIG_FLOAT)),
        arguments(FLOAT, Double.NaN, List.of(FLOAT_TYPE_HAS_NAN)),
        arguments(
            FLOAT, Double.POSITIVE_INFINITY, List.of(FLOAT_TYPE_BIG_FLOAT, FLOAT_TYPE_HAS_INF)),
        arguments(
            FLOAT, Double.NEGATIVE_INFINITY, List.of(FLOAT_TYPE_SMALL_FLOAT, FLOAT_TYPE_HAS_INF)),
        arguments(ANY_FLOAT, Double.NaN, List.of()),
        arguments(ANY_FLOAT, Double.POSITIVE_INFINITY, List.of()),
        arguments(CODE, "b", List.of()),
        arguments(CODE, "c", List.of(ENUM_TYPE_UNEXPECTED_STRING_VALUES)),
        arguments(CODE, "", List.of(ENUM_TYPE_UNEXPECTED_STRING_VALUES)),
        arguments(TEXT, "abc", List.of()),
        arguments(TEXT, "abcd", List.of(STRING_TOO_LONG)),
        arguments(TIME, 5L, List.of()),
        arguments(TIME, 4L, List.of(TIME_BEFORE_DOMAIN)),
        arguments(TIME, 9L, List.of()),
        arguments(TIME, 10L, List.of(TIME_AFTER_DOMAIN)),
        arguments(ANY_TIME, TimeBounds.EARLIEST, List.of()),
        arguments(ANY_TIME, TimeBounds.EARLIEST - 1, List.of(TIME_BEFORE_DOMAIN)),
        arguments(ANY_TIME, Long.MIN_VALUE, List.of(TIME_BEFORE_DOMAIN)),
        arguments(ANY_TIME, TimeBounds.LATEST, List.of()),
        arguments(ANY_TIME, TimeBounds.LATEST + 1, List.of(TIME_AFTER_DOMAIN)),
        arguments(ANY_TIME, Long.MAX_VALUE, List.of(TIME_AFTER_DOMAIN)),
        arguments(TIMES, List.of(0L, Long.MAX_VALUE), List.of(TIME_AFTER_DOMAIN)),
        arguments(LIST, List.of(1L, 2L, 3L), List.of()),
        arguments(LIST, List.of(1L), List.of()),
        arguments(LIST, List.of(), List.of(FEATURE_TYPE_LOW_NUMBER_VALUES)),
        arguments(LIST, List.of(1L, 2L, 3L, 4L), List.of(FEATURE_TYPE_HIGH_NUMBER_VALUES)),
        arguments(LIST, List.of(5L, 0L), List.of(INT_TYPE_SMALL_INT)),
        arguments(LIST, null, List.of()));
  }

  @ParameterizedTest
  @MethodSource("table")
  void shouldJudgeAFieldByItsRules(Field field, @Nullable Object value, List<ErrorCode> codes) {
    assertThat(Readings.codes(List.of(field), Readings.values("x", value))).isEqualTo(codes);
  }

  @Test
  void shouldWantAnIdAndATime() {
    assertThat(Readings.codes(List.of(), Readings.event(null, Readings.AT))).containsExactly(NO_ID);
    assertThat(Readings.codes(List.of(), Readings.event("", Readings.AT))).containsExactly(NO_ID);
    assertThat(Readings.codes(List.of(), Readings.event("a", null))).containsExactly(NO_TIME);
  }

  /** Milliseconds in a field of microseconds, say; a birthday may lie before. */
  @Test
  void shouldRefuseATimeAtWhichNoEventHappened() {
    assertThat(Readings.codes(List.of(), Readings.event("a", EventTimes.EARLIEST))).isEmpty();
    assertThat(Readings.codes(List.of(), Readings.event("a", EventTimes.EARLIEST - 1)))
        .containsExactly(TIME_BEFORE_DOMAIN);
    assertThat(Readings.codes(List.of(), Readings.event("a", EventTimes.LATEST + 1)))
        .containsExactly(TIME_AFTER_DOMAIN, TIME_IN_FUTURE);
    assertThat(Readings.verdict(List.of(), Readings.event("a", Readings.AT / 1000)))
        .isEqualTo(
            new Verdict.Invalid(
                List.of(
                    new Violation(
                        TIME_BEFORE_DOMAIN,
                        "at",
                        "at: 1970-01-12T07:45:07.200Z is not in the years 1971 to 2100; perhaps"
                            + " milliseconds that were taken for microseconds, and"
                            + " 2001-01-01T00:00:00Z is meant"))));
  }

  @Test
  void shouldRefuseATimeMoreThanAnHourAhead() {
    long hourAhead = (NOW.toEpochMilli() + 3_600_000) * 1000;

    assertThat(Readings.codes(List.of(), Readings.event("a", hourAhead))).isEmpty();
    assertThat(Readings.codes(List.of(), Readings.event("a", hourAhead + 1)))
        .containsExactly(TIME_IN_FUTURE);
  }

  @Test
  void shouldNameTheBoundAndNotTheText() {
    Verdict verdict =
        Readings.verdict(
            List.of(field("code", Scalar.STRING, TEXT.domain())),
            Map.of("id", "1", "at", Readings.AT, "code", "secret"));

    assertThat(verdict)
        .isEqualTo(
            new Verdict.Invalid(
                List.of(
                    new Violation(STRING_TOO_LONG, "code", "code has 6 characters, more than 3"))));
  }

  @Test
  void shouldShareTheValidVerdict() {
    assertThat(Readings.verdict(List.of(), Readings.event("a", Readings.AT)))
        .isSameAs(Verdict.VALID);
  }
}
