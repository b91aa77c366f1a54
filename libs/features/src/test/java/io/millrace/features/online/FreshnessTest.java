package io.millrace.features.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Windowed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final long MINUTE = 60_000_000;
  private static final Windowed DELAY =
      new Windowed(
          "delay_1h",
          "origin",
          Windowed.Aggregate.MEAN,
          "delay",
          Duration.ofHours(1),
          Duration.ofMinutes(5));

  @Test
  void shouldCountFromTheEndOfTheNewestPane() {
    assertThat(Freshness.ageMillis(DELAY, 12 * MINUTE, 20 * MINUTE)).isEqualTo(2 * 60_000);
    assertThat(Freshness.ageMillis(DELAY, 10 * MINUTE, 20 * MINUTE)).isZero();
  }

  @Test
  void shouldBeOlderWhenTheStoreIsBehind() {
    assertThat(Freshness.ageMillis(DELAY, 12 * MINUTE, 7 * MINUTE)).isEqualTo(7 * 60_000);
  }
}
