package io.millrace.features.panes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityFeaturesTest {
  private final List<EntityFeatures> entities =
      EntityFeatures.of(
          Fixtures.pipeline(
              List.of(
                  Fixtures.feature("origin", Aggregate.MEAN, "delay", 30, 5),
                  Fixtures.feature("destination", Aggregate.MEAN, "delay", 30, 5),
                  Fixtures.feature("origin", Aggregate.COUNT, "delay", 30, 5),
                  Fixtures.feature("origin", Aggregate.MAX, "delay", 63, 7))));

  @Test
  void shouldGroupByEntityInOrderOfFirstAppearance() {
    assertThat(entities)
        .extracting(EntityFeatures::entity)
        .containsExactly("origin", "destination");
    assertThat(entities)
        .extracting(EntityFeatures::positions)
        .containsExactly(new int[] {0, 2, 3}, new int[] {1});
  }

  @Test
  void shouldShareASeriesWhenFieldPaneAndWindowAgree() {
    EntityFeatures origin = entities.getFirst();

    assertThat(origin.series()).extracting(SeriesKey::field).containsExactly("delay", "delay");
    assertThat(origin.series()).extracting(SeriesKey::paneMicros).containsExactly(5L, 7L);
    assertThat(origin.seriesOf()).containsExactly(0, 0, 1);
  }

  /** One that is asked for later, and longer, has yet to be filled. */
  @Test
  void shouldHaveASeriesForEachWindow() {
    EntityFeatures origin =
        Fixtures.features(
            List.of(
                Fixtures.feature(Aggregate.MEAN, "delay", 30, 5),
                Fixtures.feature(Aggregate.MEAN, "delay", 60, 5)));

    assertThat(origin.seriesOf()).containsExactly(0, 1);
    assertThat(origin.series().get(0)).isNotEqualTo(origin.series().get(1));
    assertThat(origin.series().get(0).ofAnyWindow())
        .isEqualTo(origin.series().get(1).ofAnyWindow())
        .isEqualTo(origin.series().get(1).ofAnyWindow().ofAnyWindow());
  }

  @Test
  void shouldTellSeriesOfALabelApartByItsExpression() {
    List<Windowed> late = List.of(Fixtures.feature("origin", Aggregate.MEAN, "late", 30, 5));

    assertThat(series(late, "delay_minutes > 15"))
        .isEqualTo(series(late, "delay_minutes > 15"))
        .isNotEqualTo(series(late, "delay_minutes > 30"));
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
    assertThat(entities.getFirst().reachMicros(100)).isEqualTo(63 + 100);
  }

  private static List<SeriesKey> series(List<Windowed> windowed, String late) {
    return EntityFeatures.of(Fixtures.pipeline(windowed, late)).getFirst().series();
  }

  @Test
  void shouldHaveNoEntityWithoutWindowedFeatures() {
    assertThat(EntityFeatures.of(Fixtures.pipeline(List.of()))).isEmpty();
  }
}
