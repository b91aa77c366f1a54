package io.millrace.features.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTimeTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:01Z, 1000000",
    "1970-01-01T00:00:01, 1000000",
    "1970-01-01 00:00:01, 1000000",
    "1970-01-01T01:00:00+01:00, 0",
    "1969-12-31T23:59:59.999999Z, -1",
    "1970-01-01T00:00:00.0000019Z, 1"
  })
  void shouldReadIsoTextAsUtcUnlessItHasAZone(String text, long micros) {
    assertThat(RequestTime.micros(text)).isEqualTo(micros);
  }

  @Test
  void shouldReadNumbersAsMilliseconds() {
    assertThat(RequestTime.ofMillis(BigDecimal.valueOf(-1))).isEqualTo(-1000);
  }

  @Test
  void shouldRefuseWhatIsNoTime() {
    assertThatThrownBy(() -> RequestTime.micros("2001-13-01T00:00:00Z"))
        .isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> RequestTime.ofMillis(BigDecimal.valueOf(Long.MAX_VALUE)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> RequestTime.ofMillis(new BigDecimal("0.5")))
        .isInstanceOf(ArithmeticException.class);
  }
}
