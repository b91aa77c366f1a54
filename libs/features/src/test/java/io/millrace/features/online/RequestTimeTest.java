package io.millrace.features.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class RequestTimeTest {
  @Test
  void shouldReadNumbersAsMilliseconds() {
    assertThat(RequestTime.ofMillis(BigDecimal.valueOf(-1))).isEqualTo(-1000);
  }

  @Test
  void shouldRefuseWhatIsNoTime() {
    assertThatThrownBy(() -> RequestTime.ofMillis(BigDecimal.valueOf(Long.MAX_VALUE)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> RequestTime.ofMillis(new BigDecimal("0.5")))
        .isInstanceOf(ArithmeticException.class);
  }
}
