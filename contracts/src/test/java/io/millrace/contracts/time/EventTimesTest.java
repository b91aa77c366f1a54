package io.millrace.contracts.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTimesTest {
  @ParameterizedTest
  @CsvSource({
    "1970-12-31T23:59:59.999999Z, false",
    "1971-01-01T00:00:00Z, true",
    "2100-12-31T23:59:59.999999Z, true",
    "2101-01-01T00:00:00Z, false"
  })
  void shouldBeTheYears1971To2100(Instant time, boolean contained) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);

    assertThat(EventTimes.contain(micros)).isEqualTo(contained);
    assertThat(EventTimes.problem(micros, EpochUnit.MS).isEmpty()).isEqualTo(contained);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1709251200 | MS | 1970-01-20T18:47:31.200Z is not in the years 1971 to 2100; perhaps seconds that were taken for milliseconds, and 2024-03-01T00:00:00Z is meant",
        "1709251200000000 | MS | a time that far away is not in the years 1971 to 2100; perhaps microseconds that were taken for milliseconds, and 2024-03-01T00:00:00Z is meant",
        "1709251200000 | S | a time that far away is not in the years 1971 to 2100; perhaps milliseconds that were taken for seconds, and 2024-03-01T00:00:00Z is meant",
        "1709251200000 | US | 1970-01-20T18:47:31.200Z is not in the years 1971 to 2100; perhaps milliseconds that were taken for microseconds, and 2024-03-01T00:00:00Z is meant",
        "5 | MS | 1970-01-01T00:00:00.005Z is not in the years 1971 to 2100"
      })
  void shouldGuessTheUnitThatWasMeant(BigDecimal number, EpochUnit read, String problem) {
    assertThat(EventTimes.problem(read.micros(number), read))
        .map(EventTimes.Problem::message)
        .contains(problem);
  }

  @Property
  void shouldFindTheUnitOfEveryTimeOfAnEvent(
      @ForAll @LongRange(min = 31_536_000, max = 4_133_980_799L) long seconds,
      @ForAll EpochUnit unit) {
    BigDecimal number = unit.of(seconds * 1_000_000);

    assertThat(EpochUnit.guess(number)).contains(unit);
    assertThat(unit.micros(number)).isEqualTo(seconds * 1_000_000);
  }
}
