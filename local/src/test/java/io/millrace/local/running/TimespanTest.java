package io.millrace.local.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimespanTest {
  @Test
  void shouldReadEveryUnit() {
    Timespan form = new Timespan();

    assertThat(form.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(form.convert("60s")).isEqualTo(Duration.ofSeconds(60));
    assertThat(form.convert("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(form.convert("48h")).isEqualTo(Duration.ofHours(48));
    assertThat(form.convert("7d")).isEqualTo(Duration.ofDays(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "-1s", "1.5s", "5 m", "5w"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> new Timespan().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
