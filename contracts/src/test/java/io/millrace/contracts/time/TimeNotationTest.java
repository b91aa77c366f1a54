package io.millrace.contracts.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeNotationTest {
  private static final long MARCH = 1_709_251_200_000_000L;

  @ParameterizedTest
  @CsvSource({
    "S, 1709251200, 0",
    "S, 1709251200.25, 250000",
    "S, 1709251200.0000019, 1",
    "MS, 1709251200000, 0",
    "US, 1709251200000001, 1",
    "NS, 1709251200000001999, 1"
  })
  void shouldReadNumbersInTheirUnit(EpochUnit unit, String number, long after) {
    TimeNotation notation = new TimeNotation(Optional.of(unit), Optional.empty());

    assertThat(notation.micros(new BigDecimal(number))).isEqualTo(MARCH + after);
    assertThat(notation.micros(number)).isEqualTo(MARCH + after);
    assertThat(notation.micros("2024-03-01T00:00:00Z")).isEqualTo(MARCH);
  }

  @Test
  void shouldTakeWholeMillisecondsWhereNoUnitIsGiven() {
    assertThat(TimeNotation.DEFAULT.micros(new BigDecimal("1709251200000.0"))).isEqualTo(MARCH);
    assertThatThrownBy(() -> TimeNotation.DEFAULT.micros(new BigDecimal("1709251200000.5")))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> TimeNotation.DEFAULT.micros("1709251200000"))
        .isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> TimeNotation.DEFAULT.micros(new BigDecimal("1709251200000000000")))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dd/MM/uuuu | 01/03/2024",
        "dd/MM/uuuu xx | 01/03/2024 +0000",
        "dd/MM/uu HH:mm | 01/03/24 00:00",
        "d.M.uuuu H:mm:ss | 1.3.2024 0:00:00",
        "MMM d, uuuu h:mm a | Mar 1, 2024 12:00 AM",
        "uuuuMMddHHmmss | 20240301000000",
        "EEE, d MMM uuuu HH:mm:ss xx | Fri, 1 Mar 2024 01:00:00 +0100",
        "uuuu-MM-dd HH:mm VV | 2024-03-01 01:00 Europe/Paris"
      })
  void shouldReadTextInItsFormat(String format, String text) {
    TimeNotation notation = new TimeNotation(Optional.empty(), Optional.of(new TimeFormat(format)));

    assertThat(notation.micros(text)).isEqualTo(MARCH);
    assertThatThrownBy(() -> notation.micros("2024-03-01T00:00:00Z"))
        .isInstanceOf(DateTimeException.class);
  }

  @Test
  void shouldRefuseADayThatTheCalendarDoesNotHave() {
    TimeNotation notation =
        new TimeNotation(Optional.empty(), Optional.of(new TimeFormat("dd/MM/uuuu")));

    assertThatThrownBy(() -> notation.micros("30/02/2024")).isInstanceOf(DateTimeException.class);
  }

  /** Half past one at night, an hour later in London: 01:30 and its zone are both read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dd/MM/uuuu HH:mm | 01/03/2024 01:30 | 5400",
        "dd/MM/uuuu hh:mm a | 01/03/2024 01:30 PM | 48600",
        "dd/MM/uuuu HH | 01/03/2024 13 | 46800",
        "dd/MM/uuuu HH:mm xxx | 01/03/2024 01:30 +01:00 | 1800",
        "dd/MM/uuuu xx | 01/03/2024 +0100 | -3600",
        "uuuu-MM-dd HH:mm:ss.SSSSSSSSS | 2024-03-01 00:00:00.000001999 | 0.000001"
      })
  void shouldReadTheHourAndTheZone(String format, String text, BigDecimal seconds) {
    assertThat(new TimeFormat(format).micros(text))
        .isEqualTo(MARCH + seconds.movePointRight(6).longValueExact());
  }

  @Test
  void shouldTakeNoNumberWhereAFormatIsGivenAlone() {
    TimeNotation notation =
        new TimeNotation(Optional.empty(), Optional.of(new TimeFormat("uuuuMMdd")));

    assertThat(notation.micros("20240301")).isEqualTo(MARCH);
    assertThatThrownBy(() -> notation.micros(new BigDecimal("20240301")))
        .isInstanceOf(DateTimeException.class);
  }

  /** Written out, they were numbers of 400 million digits. */
  @ParameterizedTest
  @ValueSource(strings = {"1e400000000", "-1e400000000", "1e2000000000"})
  void shouldNotWriteOutWhatIsNoTime(String number) {
    for (EpochUnit unit : EpochUnit.values()) {
      assertThatThrownBy(() -> unit.micros(new BigDecimal(number)))
          .isInstanceOf(ArithmeticException.class);
      assertThat(EventTimes.hint(new BigDecimal(number), unit)).isEmpty();
    }
    assertThat(EpochUnit.S.micros(new BigDecimal("1e-400000000"))).isZero();
    assertThat(EpochUnit.NS.micros(new BigDecimal("-1e-400000000"))).isEqualTo(-1);
    assertThat(EpochUnit.NS.micros(new BigDecimal("-1"))).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd",
        "HH:mm",
        "dd/MM/uuuu hh:mm",
        "dd/MM/uuuu K:mm",
        "dd/MM/uuuu HH:ss",
        "MM/uuuu",
        "bogus",
        "uuuu-MM-dd'T",
        "{"
      })
  void shouldRefuseAPatternThatIsNoneOrLeavesTheDayOpen(String pattern) {
    assertThatThrownBy(() -> new TimeFormat(pattern)).isInstanceOf(IllegalArgumentException.class);
  }
}
