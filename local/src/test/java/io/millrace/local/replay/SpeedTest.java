package io.millrace.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SpeedTest {
  @Test
  void shouldReadMaxAndMultiples() {
    assertThat(new Speed.Form().convert("max")).isEqualTo(new Speed.Max());
    assertThat(new Speed.Form().convert("60x")).isEqualTo(new Speed.Times(60));
    assertThat(new Speed.Form().convert("0.5x")).isEqualTo(new Speed.Times(0.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0x", "-1x", "60", "fast", "1e3x", "MAX"})
  void shouldRefuseWhatIsNoSpeed(String text) {
    assertThatThrownBy(() -> new Speed.Form().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("60x");
  }

  @Test
  void shouldMakeAnHourDueAfterAMinuteAtSixtyTimes() {
    Speed.Times speed = new Speed.Times(60);

    assertThat(speed.due(Duration.ofHours(1).toNanos() / 1000)).isEqualTo(Duration.ofMinutes(1));
    assertThat(speed.microsAfter(Duration.ofMinutes(1)))
        .isEqualTo(Duration.ofHours(1).toNanos() / 1000);
  }

  @ParameterizedTest
  @CsvSource({
    "2001-01-15, 2001-01-15T00:00:00Z",
    "2001-01-15T08:30:00, 2001-01-15T08:30:00Z",
    "2001-01-15 08:30, 2001-01-15T08:30:00Z",
    "2001-01-15T08:30:00+02:00, 2001-01-15T06:30:00Z"
  })
  void shouldReadTimesAsUtcUnlessTheySayOtherwise(String text, Instant time) {
    assertThat(new TimeForm().convert(text)).isEqualTo(time);
  }

  @Test
  void shouldRefuseWhatIsNoTime() {
    assertThatThrownBy(() -> new TimeForm().convert("15.1.2001"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("2001-01-15");
  }
}
