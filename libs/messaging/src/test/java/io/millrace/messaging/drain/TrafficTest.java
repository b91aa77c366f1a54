package io.millrace.messaging.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private long now = Long.MAX_VALUE - 7; // nanoTime may begin anywhere
  private final Traffic traffic = new Traffic(settings("PT60S", "PT10S", "PT5S"), () -> now);

  @Test
  void shouldNotStopUnlessTold() {
    passes(3600);

    assertThat(traffic.isDraining()).isFalse();
    assertThat(traffic.isOver()).isFalse();
  }

  @Test
  void shouldStopAfterTheLeastTimeWhenNobodyAsks() {
    passes(3600);
    traffic.drain();

    assertThat(traffic.isDraining()).isTrue();
    assertThat(overAfter(60)).isEqualTo(10);
  }

  @Test
  void shouldWaitUntilNobodyHasAskedForTheQuietTime() {
    traffic.drain();
    passes(8);
    traffic.asked();
    traffic.ended();

    assertThat(overAfter(60)).isEqualTo(5);
  }

  @Test
  void shouldWaitForARequestThatIsNotAnsweredAndTheQuietTimeBehindIt() {
    traffic.asked();
    traffic.drain();
    passes(30);
    assertThat(traffic.unanswered()).isEqualTo(1);
    assertThat(traffic.isOver()).isFalse();
    traffic.ended();

    assertThat(traffic.unanswered()).isZero();
    assertThat(overAfter(30)).isEqualTo(5);
  }

  @Test
  void shouldStopAfterTheMostTimeWhoeverAsks() {
    traffic.asked();
    traffic.drain();
    for (int i = 0; i < 59; i++) {
      passes(1);
      traffic.asked();
      traffic.ended();
      assertThat(traffic.isOver()).isFalse();
    }
    passes(1);

    assertThat(traffic.isOver()).isTrue();
  }

  @Test
  void shouldCountFromTheFirstWord() {
    traffic.drain();
    passes(9);
    traffic.drain();

    assertThat(overAfter(60)).isEqualTo(1);
  }

  @Test
  void shouldStopAtOnceByItself() {
    DrainSettings settings = settings(Map.of());

    assertThat(settings.atMost()).isZero();
    assertThat(settings.atLeast()).hasSeconds(10);
    assertThat(settings.quiet()).hasSeconds(5);
  }

  /** The seconds until it is over. */
  private int overAfter(int most) {
    for (int seconds = 0; seconds < most; seconds++) {
      if (traffic.isOver()) {
        return seconds;
      }
      passes(1);
    }
    return most;
  }

  private void passes(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private static DrainSettings settings(String most, String least, String quiet) {
    return settings(
        Map.of(
            "millrace.drain.at-most", most,
            "millrace.drain.at-least", least,
            "millrace.drain.quiet", quiet));
  }

  private static DrainSettings settings(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withMapping(DrainSettings.class)
        .withSources(new PropertiesConfigSource(properties, "properties", 100))
        .build()
        .getConfigMapping(DrainSettings.class);
  }
}
