package io.millrace.statistics.distances;

import static io.millrace.statistics.distances.Distance.JENSEN_SHANNON_BITS;
import static io.millrace.statistics.distances.Distance.L_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/**
 * By SciPy 1.17.1 and NumPy 2.4.6, {@code src/test/resources/jensen_shannon.py}: mean and standard
 * deviation by sums over {@code scipy.stats.hypergeom}; in each test behind them those of 4,000
 * dealings at random.
 */
class ChanceTest {
  @Test
  void shouldKnowWhatChanceDoesToFrequentValues() {
    // 0.00653, 0.00304; 0.0000649, 0.0000308; 0.00234, 0.00111; 0.000362, 0.000515
    assertThat(chance(each(10, 100), 500)).isCloseTo(0.00652828 + 3 * 0.00307900, share(0.02));
    assertThat(chance(each(10, 10_000), 50_000))
        .isCloseTo(0.00006492 + 3 * 0.00003061, share(0.01));
    assertThat(chance(each(10, 10_000), 700)).isCloseTo(0.00234792 + 3 * 0.00111249, share(0.02));
    assertThat(chance(List.of(1_200L, 800L), 1_000))
        .isCloseTo(0.00036096 + 3 * 0.00052060, share(0.01));
  }

  @Test
  void shouldKnowWhatChanceDoesToRareValues() {
    List<Long> mixed = new ArrayList<>(List.of(5_000L, 2_000L, 500L));
    mixed.addAll(each(50, 20));
    mixed.addAll(each(300, 1));

    // 0.0390, 0.00118; 0.500, 0.0158
    assertThat(chance(mixed, 3_000)).isCloseTo(0.03901037 + 3 * 0.00117765, share(0.01));
    assertThat(chance(each(1_000, 2), 1_000)).isCloseTo(0.49974987 + 3 * 0.01581930, share(0.001));
  }

  /** What is there once is always on one side alone: nothing can be told. */
  @Test
  void shouldKnowThatNothingIsToldByValuesThatAreThereOnce() {
    assertThat(chance(each(1_000, 1), 500)).isEqualTo(1, within(1e-9));
    assertThat(chance(each(1_000, 1), 10)).isEqualTo(1, within(1e-9));
  }

  @Test
  void shouldKnowThatNothingDependsOnChanceWhereThereIsOneValue() {
    assertThat(chance(List.of(2_000L), 700)).isZero();
    Counts none = new Counts(Map.of(), 0);
    assertThat(JENSEN_SHANNON_BITS.chance(none, none)).isEmpty();
  }

  /** Two values of half of 1,000 and of 500: the variance of a share is 0.25 (1/1000 + 1/500). */
  @Test
  void shouldTakeThreeStandardDeviationsOfTheGreatestDifference() {
    assertThat(
            L_INFINITY
                .chance(
                    new Counts(Map.of("a", 500L, "b", 500L), 0),
                    new Counts(Map.of("a", 250L, "b", 250L), 0))
                .getAsDouble())
        .isCloseTo(3 * Math.sqrt(0.25 * (1 / 1000.0 + 1 / 500.0)), share(0.001));
  }

  /** Samples of the same: beyond the mean and three standard deviations there are hardly any. */
  @Property(tries = 20)
  void shouldHardlyEverBeExceededByChance(
      @ForAll @IntRange(min = 2, max = 2_000) int values,
      @ForAll @IntRange(min = 200, max = 5_000) int n,
      @ForAll @IntRange(min = 200, max = 5_000) int m,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int exceeded = 0;
    for (int i = 0; i < 20; i++) {
      Counts p = drawn(random, values, n);
      Counts q = drawn(random, values, m);
      double distance = JENSEN_SHANNON_BITS.of(p, q).getAsDouble();
      double chance = JENSEN_SHANNON_BITS.chance(p, q).getAsDouble();
      assertThat(chance).isEqualTo(JENSEN_SHANNON_BITS.chance(q, p).getAsDouble());
      exceeded += distance > chance + 1e-9 ? 1 : 0;
    }

    assertThat(exceeded).isLessThanOrEqualTo(4);
  }

  /** The first values more often than the last ones. */
  private static Counts drawn(SplittableRandom random, int values, int size) {
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < size; i++) {
      double u = random.nextDouble();
      counts.merge(Integer.toString((int) (u * u * values)), 1L, Long::sum);
    }
    return new Counts(counts, 0);
  }

  /** So many of one side, the others of the other. */
  private static double chance(List<Long> pooled, long n) {
    List<Integer> dealt = new ArrayList<>();
    for (int value = 0; value < pooled.size(); value++) {
      dealt.addAll(Collections.nCopies(pooled.get(value).intValue(), value));
    }
    Collections.shuffle(dealt, new Random(1));
    Counts p = count(dealt.subList(0, (int) n));
    Counts q = count(dealt.subList((int) n, dealt.size()));
    return JENSEN_SHANNON_BITS.chance(p, q).getAsDouble();
  }

  private static Counts count(List<Integer> values) {
    Map<String, Long> counts = new HashMap<>();
    values.forEach(value -> counts.merge(value.toString(), 1L, Long::sum));
    return new Counts(counts, 0);
  }

  private static List<Long> each(int values, long count) {
    return Collections.nCopies(values, count);
  }

  private static Percentage share(double of) {
    return Percentage.withPercentage(100 * of);
  }
}
