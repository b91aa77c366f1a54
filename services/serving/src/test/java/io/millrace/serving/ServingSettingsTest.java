package io.millrace.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServingSettingsTest {
  @Test
  void shouldHaveTheDefaultsOfTheReadme() {
    var config =
        new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 200, new DurationConverter())
            .withMapping(ServingSettings.class)
            .withMapping(RedisSettings.class)
            .build();
    ServingSettings settings = config.getConfigMapping(ServingSettings.class);

    assertThat(settings.maxRows()).isEqualTo(10_000);
    assertThat(settings.streamBatch()).isEqualTo(2_000);
    assertThat(settings.threads()).isEqualTo(1);
    assertThat(settings.featuresTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.bufferedPredictions()).isEqualTo(10_000);
    assertThat(settings.bufferedBytes()).isEqualTo(64 * 1024 * 1024);
    assertThat(config.getConfigMapping(RedisSettings.class).url())
        .isEqualTo(URI.create("redis://localhost:6379"));
  }
}
