package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import org.junit.jupiter.api.Test;

class RedisSettingsTest {
  @Test
  void shouldExpectRedisOnThisMachineWhenNothingIsSaid() {
    RedisSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(RedisSettings.class)
            .build()
            .getConfigMapping(RedisSettings.class);

    assertThat(settings.url()).isEqualTo(URI.create("redis://localhost:6379"));
  }
}
