package io.millrace.statistics.distances;

import static io.millrace.statistics.distances.Distance.JENSEN_SHANNON_BITS;
import static io.millrace.statistics.distances.Distance.L_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistanceTest {
  private static final double LAST_DIGITS = 1e-12;

  /** SciPy 1.17.1: {@code jensenshannon([.5, .3, .2], [.2, .3, .5], 2) ** 2}. */
  @Test
  void shouldAnswerAsSciPyDoes() {
    Counts p = new Counts(Map.of("a", 5L, "b", 3L, "c", 2L), 0);
    Counts q = new Counts(Map.of("a", 20L, "b", 30L, "c", 50L), 0);

    assertThat(JENSEN_SHANNON_BITS.of(p, q).getAsDouble())
        .isEqualTo(0.0958156020033584, within(LAST_DIGITS));
    assertThat(L_INFINITY.of(p, q).getAsDouble()).isEqualTo(0.3, within(LAST_DIGITS));
  }

  /** SciPy 1.17.1: {@code jensenshannon([1, 2, 3, 0], [4, 0, 1, 7], 2) ** 2}. */
  @Test
  void shouldTakeMissingAsOneMoreValue() {
    Counts p = new Counts(Map.of("a", 1L, "b", 2L, "c", 3L), 0);
    Counts q = new Counts(Map.of("a", 4L, "c", 1L), 7);

    assertThat(JENSEN_SHANNON_BITS.of(p, q).getAsDouble())
        .isEqualTo(0.5978548143998655, within(LAST_DIGITS));
    assertThat(L_INFINITY.of(p, q).getAsDouble()).isEqualTo(7 / 12.0, within(LAST_DIGITS));
  }

  @Test
  void shouldTellTheShareOfWhatIsFarMoreThanBefore() {
    Counts before = new Counts(Map.of("a", 97L, "b", 2L, "c", 1L), 0);
    Counts now = new Counts(Map.of("a", 1L, "b", 2L, "c", 2L, "d", 4L), 1);

    // c: 0.2 - 10 * 0.01; d and what is missing: all
    assertThat(before.shareBeyond(now, 10)).isEqualTo(0.1 + 0.4 + 0.1, within(LAST_DIGITS));
    assertThat(before.shareBeyond(before, 10)).isZero();
    assertThat(before.shareBeyond(new Counts(Map.of(), 0), 10)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void shouldBeNothingWhenBothSidesAreMissingAlike(Distance distance) {
    Counts p = new Counts(Map.of("a", 1L), 3);
    Counts q = new Counts(Map.of("a", 2L), 6);

    assertThat(distance.of(p, q)).hasValue(0);
    assertThat(distance.of(new Counts(Map.of(), 1), new Counts(Map.of(), 9))).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void shouldBeOneWhenNoValueIsShared(Distance distance) {
    assertThat(distance.of(new Counts(Map.of("a", 4L), 0), new Counts(Map.of("b", 9L), 0)))
        .hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void shouldBeUndefinedWhenASideIsEmpty(Distance distance) {
    Counts some = new Counts(Map.of("a", 1L), 0);
    Counts none = new Counts(Map.of("a", 0L), 0);

    assertThat(distance.of(some, none)).isEmpty();
    assertThat(distance.of(none, some)).isEmpty();
  }

  @Property
  void shouldBeSymmetricWithinItsBoundsAndNothingToItself(
      @ForAll @Size(max = 8) @NotEmpty
          Map<@IntRange(max = 9) Integer, @LongRange(min = 1, max = 1000) Long> p,
      @ForAll @Size(max = 8) @NotEmpty
          Map<@IntRange(max = 9) Integer, @LongRange(min = 1, max = 1000) Long> q,
      @ForAll Distance distance) {
    double there = distance.of(counts(p), counts(q)).getAsDouble();
    double back = distance.of(counts(q), counts(p)).getAsDouble();

    assertThat(there).isBetween(0.0, 1.0).isEqualTo(back, within(LAST_DIGITS));
    assertThat(distance.of(counts(p), counts(p)).getAsDouble()).isEqualTo(0, within(LAST_DIGITS));
  }

  private static Counts counts(Map<Integer, Long> values) {
    return new Counts(
        values.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    e -> String.valueOf(e.getKey()), Map.Entry::getValue)),
        1);
  }
}
