package io.millrace.statistics.histograms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.statistics.distances.Distance;
import io.millrace.statistics.histograms.Reference.Sides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Distances of numbers of all sizes and spreads beside those of the numbers themselves, by SciPy
 * 1.17.1 and NumPy 2.4.6: {@code src/test/resources/jensen_shannon.py}, which makes the same ones.
 */
class NumberDistancesTest {
  private static final int BEFORE = 20_000;
  private static final int NOW = 5_000;
  private static final double BITS = 0.01;
  private static final double SHARE = 0.05;

  /**
   * @param drift by the deciles of the 20,000
   * @param skew by their smallest, their deciles and their greatest, equal ones once: which does
   *     not tell two numbers apart
   */
  @ParameterizedTest
  @CsvSource({
    "nearly constant, 0.077997, 0.077997",
    "latitudes, 0.040937, 0.040937",
    "longitudes, 0.758277, 0.758277",
    "microseconds, 0.220970, 0.220970",
    "ids, 0.065725, 0.065725",
    "tiny, 0.052148, 0.052148",
    "Cauchy, 0.043095, 0.043095",
    "lognormal, 0.040937, 0.040937",
    "mixed signs, 0.040937, 0.040937",
    "weekdays, 0.021935, 0.021709",
    "flags, 0.051725, 0.000000",
    "the same, 0.000669, 0.000669",
  })
  void shouldTellHowFarNumbersAreApart(String name, double drift, double skew) {
    SplittableRandom random = new SplittableRandom(1);
    double[] before = sample(random, BEFORE, r -> before(name, r));
    double[] now = sample(random, NOW, r -> now(name, r));

    assertThat(bits(Reference.of(counted(before)), counted(now))).isEqualTo(drift, near(drift));
    assertThat(bits(trained(before), counted(now))).isEqualTo(skew, near(skew));
  }

  private static Offset<Double> near(double bits) {
    return within(Math.min(BITS, Math.max(SHARE * bits, 2e-4)));
  }

  private static double before(String name, SplittableRandom r) {
    return switch (name) {
      case "nearly constant" -> 20 + 1e-6 * normal(r);
      case "latitudes" -> 40.75 + 0.02 * normal(r);
      case "longitudes" -> -73.97 + 0.02 * normal(r);
      case "microseconds" -> Math.floor(1.7e15 + 8.64e10 * r.nextDouble());
      case "ids" -> 1e12 + Math.floor(1e6 * r.nextDouble());
      case "tiny" -> 1e-12 * normal(r);
      case "Cauchy" -> Math.tan(Math.PI * (r.nextDouble() - 0.5));
      case "lognormal" -> Math.exp(2 * normal(r));
      case "mixed signs", "the same" -> normal(r);
      case "weekdays" -> Math.floor(7 * r.nextDouble());
      case "flags" -> Math.floor(2 * r.nextDouble());
      default -> throw new AssertionError(name);
    };
  }

  private static double now(String name, SplittableRandom r) {
    return switch (name) {
      case "nearly constant" -> 20 + 1e-6 * (normal(r) + 0.7);
      case "latitudes" -> 40.76 + 0.02 * normal(r);
      case "longitudes" -> -73.98;
      case "microseconds" -> Math.floor(1.7e15 + 2e10 + 8.64e10 * r.nextDouble());
      case "ids" -> 1e12 + Math.floor(1e6 * Math.pow(r.nextDouble(), 2));
      case "tiny" -> 1.6e-12 * normal(r);
      case "Cauchy" -> 2 * Math.tan(Math.PI * (r.nextDouble() - 0.5));
      case "lognormal" -> Math.exp(2 * normal(r) + 1);
      case "mixed signs" -> normal(r) + 0.5;
      case "the same" -> normal(r);
      case "weekdays" -> Math.floor(7 * Math.pow(r.nextDouble(), 1.5));
      case "flags" -> Math.floor(2 * Math.sqrt(r.nextDouble()));
      default -> throw new AssertionError(name);
    };
  }

  /** Box and Muller. */
  private static double normal(SplittableRandom r) {
    double u = r.nextDouble();
    double v = r.nextDouble();
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  }

  private static double[] sample(
      SplittableRandom random, int size, ToDoubleFunction<SplittableRandom> of) {
    return DoubleStream.generate(() -> of.applyAsDouble(random)).limit(size).toArray();
  }

  private static ValueHistogram counted(double[] numbers) {
    TreeMap<Long, Long> keys = new TreeMap<>();
    for (double number : numbers) {
      keys.merge(NumberHistogram.key(number), 1L, Long::sum);
    }
    return new ValueHistogram(new NumberHistogram(0, keys), new TreeMap<>(), 0, 0);
  }

  /** As the statistics of training rows have them. */
  private static Reference trained(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    TreeSet<Double> edges = new TreeSet<>();
    for (int decile = 0; decile <= 10; decile++) {
      edges.add(sorted[Math.min(sorted.length - 1, decile * sorted.length / 10)]);
    }
    List<Double> boundaries = List.copyOf(edges);
    List<Long> counts = new ArrayList<>();
    for (int i = 1; i < boundaries.size(); i++) {
      double from = boundaries.get(i - 1);
      double to = boundaries.get(i);
      boolean last = i == boundaries.size() - 1;
      counts.add(
          DoubleStream.of(numbers).filter(x -> x >= from && (last ? x <= to : x < to)).count());
    }
    return Reference.numbers(boundaries, counts, 0);
  }

  private static double bits(Reference reference, ValueHistogram values) {
    Sides sides = reference.with(values);
    return Distance.JENSEN_SHANNON_BITS.of(sides.reference(), sides.values()).getAsDouble();
  }
}
