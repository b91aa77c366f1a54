package io.millrace.ingest.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IngestSettingsTest {
  @Test
  void shouldHaveItsDefaultsWhenNothingIsSet() {
    IngestSettings settings =
        new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 200, new DurationConverter())
            .withMapping(IngestSettings.class)
            .build()
            .getConfigMapping(IngestSettings.class);

    assertThat(settings.partitions()).isEqualTo(4);
    assertThat(settings.ingest().replicationFactor()).isEqualTo((short) -1);
    assertThat(settings.ingest().maxBodyBytes()).isEqualTo(8 * 1024 * 1024);
    assertThat(settings.ingest().maxRecordBytes()).isEqualTo(1_000_000);
    assertThat(settings.ingest().deliveryTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.ingest().leastFreeBytes()).isEqualTo(1L << 30);
    assertThat(settings.ingest().blockTimeout()).isEqualTo(Duration.ofSeconds(5));
  }
}
