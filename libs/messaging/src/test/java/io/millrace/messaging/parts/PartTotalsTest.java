package io.millrace.messaging.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.control.PartWritten;
import java.lang.ref.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartTotalsTest {
  private static final int MANY = 100_000;
  private static final Instant LATER = Parts.BEGIN.plus(Duration.ofDays(3_000));

  private final PartTotals totals = new PartTotals("flights");

  @Test
  void shouldCountEachPartOnceHoweverOftenAllAreRead() {
    for (int time = 0; time < 3; time++) {
      IntStream.range(0, MANY).forEach(number -> take(Parts.of(number)));

      assertThat(totals.parts()).isEqualTo(MANY);
      assertThat(totals.rows()).isEqualTo(rows(0, MANY));
    }
  }

  @Test
  void shouldCountTheSameInAnyOrderOfAThousandAndWithRepetitions() {
    Random random = new Random(1);
    List<PartWritten> told = new ArrayList<>();
    for (int from = 0; from < 20_000; from += 500) {
      List<PartWritten> some = new ArrayList<>();
      IntStream.range(from, from + 500).forEach(number -> some.add(Parts.of(number)));
      some.addAll(some.subList(0, 100));
      some.add(Parts.of(random.nextInt(from + 500)));
      Collections.shuffle(some, random);
      told.addAll(some);
    }

    told.forEach(this::take);

    assertThat(totals.parts()).isEqualTo(20_000);
    assertThat(totals.rows()).isEqualTo(rows(0, 20_000));
  }

  @Test
  void shouldTellRowsSinceATimeToWithinTheRowsOfAnHour() {
    IntStream.range(0, MANY).forEach(number -> take(Parts.of(number)));
    int hour = Parts.PARTITIONS * 240;
    Duration whole = Parts.LENGTH.multipliedBy(MANY / Parts.PARTITIONS);

    for (int day = 0; day < whole.toDays(); day++) {
      Instant from = Parts.BEGIN.plus(Duration.ofDays(day));
      assertThat(totals.rowsSince(from)).isEqualTo(rows(day * 24 * hour, MANY));
    }
    for (int minutes = 1; minutes < whole.toMinutes(); minutes += 67) {
      Instant from = Parts.BEGIN.plus(Duration.ofMinutes(minutes));
      assertThat(totals.rowsSince(from))
          .isCloseTo(rows(minutes * hour / 60, MANY), within(rows(0, hour)));
    }
    assertThat(totals.rowsSince(LATER)).isZero();
    assertThat(totals.rowsSince(Parts.BEGIN.minusSeconds(1))).isEqualTo(totals.rows());
  }

  @Test
  void shouldReplaceTheRowsOfALowerVersion() {
    IntStream.range(0, 10_000).forEach(number -> take(Parts.of(number)));

    assertThat(totals.accept(newer(9_999))).isTrue();
    assertThat(totals.accept(newer(9_999))).as("a repetition").isFalse();
    assertThat(totals.accept(Parts.of(9_999))).as("the lower version").isFalse();
    assertThat(totals.rows()).isEqualTo(rows(0, 9_999) + 7);
    assertThat(totals.parts()).isEqualTo(10_000);
  }

  @Test
  void shouldCountOffsetsThatBeginAnewInATopicThatWasMadeAgain() {
    IntStream.range(0, 10_000).forEach(number -> take(Parts.of(number)));

    for (int number = 0; number < 10_000; number++) {
      Instant from = LATER.plus(Parts.LENGTH.multipliedBy(number));
      take(Parts.part(0, number * 50L, number * 50L + 9, from, 1, 10));
    }

    assertThat(totals.parts()).isEqualTo(20_000);
    assertThat(totals.rows()).isEqualTo(rows(0, 10_000) + 100_000);
  }

  @Test
  void shouldCountEachRowOnceWhateverIsMergedTakenBackAndReadAgain() {
    Random random = new Random(3);
    PartsIndex whole = new PartsIndex("flights");
    List<PartWritten> told = new ArrayList<>();
    long rows = 0;
    for (int number = 0; number < 20_000; number++) {
      PartWritten part = Parts.of(number);
      told.add(part);
      rows += part.getRows();
      whole.accept(part);
      if (number % 500 == 499) {
        PartWritten merged = Parts.merged(some(whole.parts(), random));
        told.add(merged);
        whole.accept(merged);
      }
    }
    for (int time = 0; time < 2; time++) {
      told.forEach(totals::accept);
      assertThat(totals.rows()).isEqualTo(rows);
      assertThat(totals.parts()).isEqualTo(whole.parts().size());
    }

    for (PartWritten part : some(whole.parts(), random)) {
      rows -= part.getRows();
      assertThat(totals.delete(PartKey.of(part))).isTrue();
      assertThat(totals.delete(PartKey.of(part))).as("again").isFalse();
      assertThat(whole.delete(PartKey.of(part))).isTrue();
    }

    assertThat(totals.rows()).isEqualTo(rows);
    assertThat(totals.parts()).isEqualTo(whole.parts().size());
    whole.parts().forEach(part -> assertThat(totals.delete(PartKey.of(part))).isTrue());
    assertThat(totals.rows()).isZero();
    assertThat(totals.rowsSince(Instant.EPOCH)).isZero();
  }

  private static List<PartWritten> some(List<PartWritten> parts, Random random) {
    return parts.stream().filter(part -> random.nextInt(5) > 0).toList();
  }

  @Test
  void shouldTakeLittleMemoryHoweverManyPartsThereAre() {
    long whole = heapOf(() -> new PartsIndex("flights"), PartsIndex::accept);
    long folded = heapOf(() -> new PartTotals("flights"), PartTotalsTest::take);

    System.out.printf("%d parts: whole %,d bytes, as totals %,d%n", MANY, whole, folded);
    assertThat(folded).isLessThan(12_000_000).isLessThan(whole / 4);
  }

  private interface Taker<T> {
    Object take(T into, PartWritten part);
  }

  private static <T> long heapOf(Supplier<T> maker, Taker<T> taker) {
    T into = maker.get();
    long before = usedAfterCollection();
    IntStream.range(0, MANY).forEach(number -> taker.take(into, Parts.of(number)));
    long after = usedAfterCollection();
    Reference.reachabilityFence(into);
    return after - before;
  }

  private static long usedAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int time = 0; time < 5; time++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }

  private void take(PartWritten part) {
    take(totals, part);
  }

  private static boolean take(PartTotals totals, PartWritten part) {
    return totals.accept(part);
  }

  private static PartWritten newer(int number) {
    return PartWritten.newBuilder(Parts.of(number)).setVersion(2).setRows(7).build();
  }

  private static long rows(int from, int to) {
    return IntStream.range(from, to).mapToLong(Parts::rows).sum();
  }
}
