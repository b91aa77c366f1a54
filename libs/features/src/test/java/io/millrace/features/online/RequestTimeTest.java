package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
    assertThat(RequestTime.micros(TextNode.valueOf(text))).isEqualTo(micros);
  }

  @Test
  void shouldReadNumbersAsMilliseconds() {
    assertThat(RequestTime.micros(LongNode.valueOf(-1))).isEqualTo(-1000);
  }

  @Test
  void shouldRefuseWhatIsNoTime() {
    assertThatThrownBy(() -> RequestTime.micros(TextNode.valueOf("2001-13-01T00:00:00Z")))
        .isInstanceOf(DateTimeException.class);
    assertThatThrownBy(() -> RequestTime.micros(LongNode.valueOf(Long.MAX_VALUE)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> RequestTime.micros(DecimalNode.valueOf(new BigDecimal("0.5"))))
        .isInstanceOf(ArithmeticException.class);
  }
}
