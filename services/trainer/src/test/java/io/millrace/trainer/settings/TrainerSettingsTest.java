package io.millrace.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class TrainerSettingsTest {
  @Test
  void shouldHaveDefaults() {
    TrainerSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(TrainerSettings.class)
            .build()
            .getConfigMapping(TrainerSettings.class);

    assertThat(settings.trainer().memoryBytes()).isEqualTo(512L << 20);
    assertThat(settings.trainer().readMemory()).isEqualTo("256MB");
    assertThat(settings.trainer().threads()).isEmpty();
    assertThat(settings.trainer().parityRows()).isEqualTo(10_000);
    assertThat(settings.trainer().seed()).isEqualTo(7);
  }
}
