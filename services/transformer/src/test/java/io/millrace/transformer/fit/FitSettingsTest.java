package io.millrace.transformer.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class FitSettingsTest {
  @Test
  void shouldTakeHalfAGibibyteWhenNothingIsSaid() {
    FitSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(FitSettings.class)
            .build()
            .getConfigMapping(FitSettings.class);

    assertThat(settings.memory()).isEqualTo("512MB");
  }
}
