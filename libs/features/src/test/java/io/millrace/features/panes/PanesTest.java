package io.millrace.features.panes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PanesTest {
  private static final long MINUTE = 60_000_000;

  private final EntityFeatures features =
      Fixtures.features(
          List.of(
              Fixtures.feature(Aggregate.COUNT, "delay", 10 * MINUTE, 5 * MINUTE),
              Fixtures.feature(Aggregate.SUM, "delay", 10 * MINUTE, 5 * MINUTE),
              Fixtures.feature(Aggregate.MEAN, "delay", 10 * MINUTE, 5 * MINUTE),
              Fixtures.feature(Aggregate.MIN, "delay", 10 * MINUTE, 5 * MINUTE),
              Fixtures.feature(Aggregate.MAX, "delay", 10 * MINUTE, 5 * MINUTE)));
  private final Panes panes = new Panes(features);

  @Test
  void shouldIncludeTheBoundaryItselfAndNothingAfterIt() {
    panes.add(0, 0, 100); // (−5, 0] ends at 0: outside (0, 10]
    panes.add(0, 1, 2);
    panes.add(0, 10 * MINUTE, 4);
    panes.add(0, 10 * MINUTE + 1, 1000); // its pane is still open at 12 min

    assertThat(valuesAt(12 * MINUTE)).containsExactly(2L, 6.0, 3.0, 2.0, 4.0);
  }

  @Test
  void shouldHaveZeroCountAndNoOtherValueWhenWindowIsEmpty() {
    panes.add(0, 1, 2);

    assertThat(valuesAt(60 * MINUTE)).containsExactly(0L, null, null, null, null);
  }

  @Test
  void shouldCutPanesBefore1970LikeThoseAfterIt() {
    SeriesKey key = new SeriesKey("delay", 5);

    assertThat(List.of(key.floor(-1), key.floor(-5), key.floor(0), key.floor(4)))
        .containsExactly(-5L, -5L, 0L, 0L);
    assertThat(List.of(key.endOf(-4), key.endOf(-5), key.endOf(0), key.endOf(1)))
        .containsExactly(0L, -5L, 0L, 5L);
  }

  @Test
  void shouldKeepEverythingWhenNoWatermarkIsKnown() {
    panes.add(0, 1, 2);

    panes.evict(Long.MIN_VALUE, features.reachMicros(5 * MINUTE));

    assertThat(panes.isEmpty()).isFalse();
    assertThat(panes.evictedTo(0)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void shouldBeEmptyWhenAllPanesAreBehindReach() {
    panes.add(0, 1, 2);

    panes.evict(5 * MINUTE, 0);

    assertThat(panes.isEmpty()).isTrue();
    assertThat(panes.lastEnd()).isEqualTo(Long.MIN_VALUE);
    assertThat(panes.add(0, 5 * MINUTE, 1)).isFalse();
    assertThat(panes.add(0, 5 * MINUTE + 1, 1)).isTrue();
  }

  @Test
  void shouldSumWithoutErrorWhenTermsCancel() {
    for (double value : new double[] {1e17, 1, -1e17, 0.1}) {
      panes.add(0, 1, value);
    }

    assertThat(valuesAt(5 * MINUTE).get(1)).isEqualTo(1.1);
  }

  @Test
  void shouldCarryInfinitiesAndNanLikeIeee754() {
    panes.add(0, 1, Double.POSITIVE_INFINITY);
    panes.add(0, 1, 1);
    assertThat(valuesAt(5 * MINUTE))
        .containsExactly(
            2L, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1.0, Double.POSITIVE_INFINITY);

    panes.add(0, 2, Double.NEGATIVE_INFINITY);
    assertThat(valuesAt(5 * MINUTE).get(1)).isEqualTo(Double.NaN);
  }

  private List<@Nullable Object> valuesAt(long t) {
    @Nullable Object[] out = new Object[features.features().size()];
    panes.valuesAt(t, out);
    return java.util.Arrays.asList(out);
  }
}
