package io.millrace.transformer.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompactionSettingsTest {
  @Test
  void shouldHaveTheDefaultsOfTheReadme() {
    CompactionSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(CompactionSettings.class)
            .build()
            .getConfigMapping(CompactionSettings.class);

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.every()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.delay()).isEqualTo(Duration.ofMinutes(15));
    assertThat(settings.memory()).isEqualTo("256MB");
  }
}
