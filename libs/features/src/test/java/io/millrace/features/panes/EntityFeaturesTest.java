package io.millrace.features.panes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityFeaturesTest {
  private final List<EntityFeatures> entities =
      EntityFeatures.of(
          Fixtures.pipeline(
              List.of(
                  Fixtures.feature("origin", Aggregate.MEAN, "delay", 30, 5),
                  Fixtures.feature("destination", Aggregate.MEAN, "delay", 30, 5),
                  Fixtures.feature("origin", Aggregate.COUNT, "delay", 60, 5),
                  Fixtures.feature("origin", Aggregate.MAX, "delay", 63, 7))));

  @Test
  void shouldGroupByEntityInOrderOfFirstAppearance() {
    assertThat(entities)
        .extracting(EntityFeatures::entity)
        .containsExactly("origin", "destination");
    assertThat(entities)
        .extracting(EntityFeatures::positions)
        .containsExactly(List.of(0, 2, 3), List.of(1));
  }

  @Test
  void shouldShareASeriesWhenFieldAndPaneAgree() {
    EntityFeatures origin = entities.getFirst();

    assertThat(origin.series())
        .containsExactly(new SeriesKey("delay", 5), new SeriesKey("delay", 7));
    assertThat(List.of(origin.seriesOf(0), origin.seriesOf(1), origin.seriesOf(2)))
        .containsExactly(0, 0, 1);
  }

  @Test
  void shouldBeReadyAtTheLatestBoundaryOfItsPanes() {
    EntityFeatures origin = entities.getFirst();

    assertThat(origin.readyAt(13)).isEqualTo(10); // of 10 and 7
    assertThat(origin.readyAt(14)).isEqualTo(14);
    assertThat(origin.readyAt(-1)).isEqualTo(-5);
  }

  @Test
  void shouldReachAsFarAsTheLongestWindowAndLateness() {
    assertThat(entities.getFirst().reachMicros(Duration.ofNanos(100_000))).isEqualTo(63 + 100);
  }

  @Test
  void shouldHaveNoEntityWithoutWindowedFeatures() {
    assertThat(EntityFeatures.of(Fixtures.pipeline(List.of()))).isEmpty();
  }
}
