package io.millrace.contracts.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:01Z, 1000000",
    "1970-01-01T00:00:01, 1000000",
    "1970-01-01 00:00:01, 1000000",
    "1970-01-01T00:01, 60000000",
    "1970-01-02, 86400000000",
    "1970-01-01T01:00:00+01:00, 0",
    "1970-01-01 01:00:00+0100, 0",
    "1970-01-01t01:00:00+01:00[Europe/Paris], 0",
    "1970-01-01 06:00:00 America/New_York, 39600000000",
    "2024-07-01 06:00:00 America/New_York, 1719828000000000",
    "1970-01-01 00:00:01 UTC, 1000000",
    "1970/1/1 00:00:01, 1000000",
    "1970/01/2, 86400000000",
    "1970/1/1T01:00:00+01:00, 0",
    "1969-12-31T23:59:59.999999Z, -1",
    "1969-12-31T23:59:59.9999999Z, -1",
    "1970-01-01T00:00:00.0000019Z, 1"
  })
  void shouldReadWhatAnyOfOurDoorsHasRead(String text, long micros) {
    assertThat(IsoTime.micros(text)).isEqualTo(micros);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2001",
        "31.1.2001",
        "2001-13-01T00:00:00Z",
        "2001-02-30T00:00:00Z",
        "2001-02-30",
        "2001-01-01T25:00:00Z",
        "2001-01-01T00:00:00Zulu",
        "2001-01-01  00:00:00",
        "2001-01-01T00:00:00+99:00",
        "2001-01-01T00:00:00Z[Nowhere/Land]",
        "2001-01-01 00:00:00 Nowhere/Land",
        "2001-01-01T00:00:00Z Europe/Paris[Europe/Paris]",
        "01/03/24",
        "2024/3/32",
        "2024/3-1",
        "2024/3/1x",
        "20240301",
        "0000-00-00 00:00:00"
      })
  void shouldRefuseWhatIsNoTime(String text) {
    assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> IsoTime.micros(text));
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> IsoTime.micros("+999999999-01-01T00:00:00Z"));
  }
}
