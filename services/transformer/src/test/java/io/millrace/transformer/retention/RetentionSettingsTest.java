package io.millrace.transformer.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionSettingsTest {
  @Test
  void shouldHaveTheDefaultsOfTheReadme() {
    RetentionSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(RetentionSettings.class)
            .build()
            .getConfigMapping(RetentionSettings.class);

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.every()).isEqualTo(Duration.ofHours(6));
    assertThat(settings.grace()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void shouldRefuseAGraceInWhichNobodyCanSayWhatAFileIsFor() {
    RetentionSettings.require(graced("PT2H"));

    assertThatThrownBy(() -> RetentionSettings.require(graced("PT1H59M59S")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("SETTING_INVALID: millrace.retention.grace is PT1H59M59S")
        .hasMessageContaining("PT2H at least");
  }

  private static RetentionSettings graced(String grace) {
    return new SmallRyeConfigBuilder()
        .withMapping(RetentionSettings.class)
        .withDefaultValue("millrace.retention.grace", grace)
        .build()
        .getConfigMapping(RetentionSettings.class);
  }
}
