package io.millrace.transformer.retention;

import static org.assertj.core.api.Assertions.assertThat;

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

    assertThat(settings.enabled()).isFalse();
    assertThat(settings.every()).isEqualTo(Duration.ofHours(6));
    assertThat(settings.grace()).isEqualTo(Duration.ofHours(24));
  }
}
