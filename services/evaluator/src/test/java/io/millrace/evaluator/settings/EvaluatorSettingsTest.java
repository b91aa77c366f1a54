package io.millrace.evaluator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class EvaluatorSettingsTest {
  @Test
  void shouldHaveDefaults() {
    EvaluatorSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(EvaluatorSettings.class)
            .build()
            .getConfigMapping(EvaluatorSettings.class);

    assertThat(settings.leastUnseenRows()).isEqualTo(1000);
    assertThat(settings.mostSlices()).isEqualTo(1000);
    assertThat(settings.mostModelBytes()).isEqualTo(256L << 20);
    assertThat(settings.warmupRequests()).isEqualTo(100);
    assertThat(settings.latencyAttempts()).isEqualTo(5);
    assertThat(settings.threads()).isEqualTo(1);
    assertThat(settings.memory()).isEqualTo("512MB");
  }
}
