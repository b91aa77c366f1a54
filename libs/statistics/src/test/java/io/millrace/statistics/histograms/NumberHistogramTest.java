package io.millrace.statistics.histograms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NumberHistogramTest {
  @Property
  void shouldOrderKeysAsNumbers(@ForAll double a, @ForAll double b) {
    double x = Math.clamp(a, -Float.MAX_VALUE, Float.MAX_VALUE) + 0.0; // no second zero
    double y = Math.clamp(b, -Float.MAX_VALUE, Float.MAX_VALUE) + 0.0;

    assertThat(Long.signum(Long.compare(NumberHistogram.key(a), NumberHistogram.key(b))))
        .isEqualTo(Double.compare(x, y));
  }

  @Test
  void shouldTakeNumbersAsAModelDoes() {
    assertThat(NumberHistogram.key(-0.0)).isEqualTo(NumberHistogram.key(0.0)).isZero();
    assertThat(NumberHistogram.key(1e300)).isEqualTo(NumberHistogram.key(Float.MAX_VALUE));
    assertThat(NumberHistogram.key(Double.NEGATIVE_INFINITY))
        .isEqualTo(NumberHistogram.key(-Float.MAX_VALUE));
  }

  @Test
  void shouldGiveEachNumberACellOfItsOwnAsLongAsThereAreFew() {
    NumberHistogram few = NumberHistogram.EMPTY;
    for (int i = 0; i < NumberHistogram.MOST_CELLS; i++) {
      few = few.plus(NumberHistogram.of(1e12 + i));
    }

    assertThat(few.shift()).isZero();
    assertThat(few.cells()).hasSize(NumberHistogram.MOST_CELLS);
    assertThat(few.plus(NumberHistogram.of(1e12 + 1024)).cells())
        .hasSizeLessThanOrEqualTo(NumberHistogram.MOST_CELLS)
        .hasSizeGreaterThan(500);
  }

  /**
   * The numbers are about to be too many, or far too many; the parts are any, and so is their
   * order.
   *
   * @param spread of which kind the numbers are
   */
  @Property(tries = 60)
  void shouldCountTheSameHoweverTheNumbersAreDividedAndOrdered(
      @ForAll @IntRange(min = 1_000, max = 6_000) int size,
      @ForAll @IntRange(min = 0, max = 5) int spread,
      @ForAll @IntRange(min = 1, max = 9) int parts,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      numbers.add(number(random, spread));
    }
    NumberHistogram expected = bruteForce(numbers);
    Collections.shuffle(numbers, new Random(seed));
    List<NumberHistogram> counted =
        new ArrayList<>(Collections.nCopies(parts, NumberHistogram.EMPTY));
    for (int from = 0, to; from < size; from = to) {
      to = Math.min(size, from + random.nextInt(1, 300));
      int part = random.nextInt(parts);
      NumberHistogram some = oneByOne(numbers.subList(from, to));
      counted.set(
          part, random.nextBoolean() ? counted.get(part).plus(some) : some.plus(counted.get(part)));
    }
    Collections.shuffle(counted, new Random(seed));

    assertThat(counted.stream().reduce(NumberHistogram.EMPTY, NumberHistogram::plus))
        .isEqualTo(expected);
    assertThat(expected.total()).isEqualTo(size);
  }

  /** One by one, as long as there are few. */
  private static NumberHistogram oneByOne(List<Double> numbers) {
    NumberHistogram sum = NumberHistogram.EMPTY;
    for (double number : numbers) {
      sum = sum.plus(NumberHistogram.of(number));
    }
    return sum;
  }

  /** By every shift, one after the other. */
  private static NumberHistogram bruteForce(List<Double> numbers) {
    for (int shift = 0; ; shift++) {
      int bits = shift;
      Map<Long, Long> cells =
          numbers.stream()
              .collect(
                  Collectors.groupingBy(
                      number -> NumberHistogram.key(number) >> bits, Collectors.counting()));
      if (cells.size() <= NumberHistogram.MOST_CELLS) {
        return new NumberHistogram(shift, new TreeMap<>(cells));
      }
    }
  }

  private static double number(SplittableRandom random, int spread) {
    double normal = random.nextGaussian();
    return switch (spread) {
      case 0 -> 40.75 + 0.02 * normal;
      case 1 -> Math.exp(20 * normal);
      case 2 -> normal / random.nextGaussian();
      case 3 -> random.nextInt(1_100);
      case 4 -> 1.7e15 + 1e10 * normal;
      default -> random.nextBoolean() ? 0 : 1e-12 * normal;
    };
  }

  /** A city's latitudes differ in the third digit behind the point. */
  @Test
  void shouldHaveFineCellsWhereNumbersAreFarFromZeroAndNearToEachOther() {
    SplittableRandom random = new SplittableRandom(1);
    NumberHistogram latitudes = NumberHistogram.EMPTY;
    for (int i = 0; i < 3_000; i++) {
      latitudes = latitudes.plus(NumberHistogram.of(40.75 + 0.02 * random.nextDouble()));
    }
    double width = Math.ulp(40.75) * Math.pow(2, latitudes.shift());

    assertThat(latitudes.cells().size()).isGreaterThan(512);
    assertThat(width).isLessThanOrEqualTo(0.02 / 512);
  }

  /** What is counted once more in the old way. */
  @Test
  void shouldReadABucketOfOldAsTheCellThatItIs() {
    TreeSet<Long> cells = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      float number = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(number) && Math.abs(number) >= Float.MIN_NORMAL) {
        long cell = Bfloat16.cell(bucket(number));
        assertThat(cell).isEqualTo(NumberHistogram.key(number) >> Bfloat16.SHIFT);
        cells.add(cell);
      }
    }
    assertThat(cells).hasSizeGreaterThan(10_000);
    assertThat(Bfloat16.cell(bucket(0))).isZero();
    assertThat(Bfloat16.cell(bucket(-Float.MIN_VALUE))).isEqualTo(-1);
  }

  /** As Millrace counted before 2 December 2026. */
  private static int bucket(float value) {
    int bits = Float.floatToIntBits(value == 0 ? 0f : value) >>> 16;
    return (bits & 0x8000) == 0 ? bits | 0x8000 : ~bits & 0xffff;
  }
}
