package io.millrace.features.panes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import io.millrace.features.panes.BruteForce.Timed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class PanesPropertiesTest {

  @Property
  void shouldEqualBruteForceForAnyWindowPaneAndTime(
      @ForAll("features") List<Windowed> windowed,
      @ForAll("values") List<Timed> values,
      @ForAll("times") long t) {
    EntityFeatures features = Fixtures.features(windowed);

    Panes panes = fill(features, values);

    assertThat(valuesAt(features, panes, t)).isEqualTo(bruteForce(features, values, t));
  }

  @Property
  void shouldNotDependOnTheOrderOrGroupingOfAdditions(
      @ForAll("features") List<Windowed> windowed,
      @ForAll("values") List<Timed> values,
      @ForAll long seed) {
    EntityFeatures features = Fixtures.features(windowed);
    List<Timed> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, new Random(seed));
    int middle = shuffled.size() / 2;

    Panes grouped = fill(features, shuffled.subList(0, middle));
    grouped.addAll(fill(features, shuffled.subList(middle, shuffled.size())));

    assertThat(grouped.encode("origin", "k", 0))
        .isEqualTo(fill(features, values).encode("origin", "k", 0));
  }

  @Property
  void shouldChangeNoAnswerWithinLatenessWhenEvicted(
      @ForAll("features") List<Windowed> windowed,
      @ForAll("values") List<Timed> values,
      @ForAll("times") long watermark,
      @ForAll("spans") long lateness,
      @ForAll("spans") long ahead) {
    EntityFeatures features = Fixtures.features(windowed);
    Panes panes = fill(features, values);
    long reach = features.reachMicros(lateness);
    long t = watermark - lateness + ahead;

    panes.evict(watermark, reach);

    assertThat(valuesAt(features, panes, t)).isEqualTo(bruteForce(features, values, t));
    for (int i = 0; i < features.features().size(); i++) {
      assertThat(panes.reaches(i, t)).isTrue();
    }
  }

  @Property
  void shouldAnswerRightlyOrSayThatItDoesNotReachWhenEvicted(
      @ForAll("features") List<Windowed> windowed,
      @ForAll("values") List<Timed> values,
      @ForAll("times") long evictedTo,
      @ForAll("times") long t) {
    EntityFeatures features = Fixtures.features(windowed);
    Panes panes = fill(features, values);

    panes.evict(evictedTo, 0);

    for (int i = 0; i < features.features().size(); i++) {
      if (panes.reaches(i, t)) {
        assertThat(panes.value(i, t))
            .isEqualTo(BruteForce.value(features.features().get(i), values, t));
      }
    }
  }

  @Property
  void shouldBeWhatWasEncodedWhenDecoded(
      @ForAll("features") List<Windowed> windowed,
      @ForAll("values") List<Timed> values,
      @ForAll("times") long watermark,
      @ForAll("times") long t) {
    EntityFeatures features = Fixtures.features(windowed);
    Panes panes = fill(features, values);
    panes.evict(watermark, 60);

    byte[] bytes = panes.encode("origin", "JFK", watermark);
    StoredPanes stored = StoredPanes.decode(features, bytes, 0, bytes.length);

    assertThat(stored.key()).isEqualTo("JFK");
    assertThat(stored.watermark()).isEqualTo(watermark);
    assertThat(stored.panes().evictedTo(0)).isEqualTo(watermark - 60);
    assertThat(stored.panes().lastEnd()).isEqualTo(panes.lastEnd());
    assertThat(valuesAt(features, stored.panes(), t)).isEqualTo(valuesAt(features, panes, t));
    assertThat(stored.panes().encode("origin", "JFK", watermark)).isEqualTo(bytes);
  }

  @Provide
  Arbitrary<List<Windowed>> features() {
    Arbitrary<Windowed> one =
        Combinators.combine(
                Arbitraries.of(Aggregate.values()),
                Arbitraries.of("delay", "late"),
                Arbitraries.longs().between(1, 6),
                Arbitraries.longs().between(1, 20))
            .as(
                (aggregate, field, panes, pane) ->
                    Fixtures.feature(aggregate, field, panes * pane, pane));
    return one.list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<List<Timed>> values() {
    Arbitrary<Double> value =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-120, 3000).map(i -> (double) i),
            Arbitraries.of(0.1, 0.2, 0.3, 1e-3, -0.7, 12345.678, 1e6 / 3));
    return Combinators.combine(Arbitraries.of("delay", "late"), times(), value)
        .as(Timed::new)
        .list()
        .ofMaxSize(60);
  }

  /** Around zero, so that boundaries are hit and negative times occur. */
  @Provide
  Arbitrary<Long> times() {
    return Arbitraries.longs().between(-150, 150);
  }

  @Provide
  Arbitrary<Long> spans() {
    return Arbitraries.longs().between(0, 80);
  }

  private static Panes fill(EntityFeatures features, List<Timed> values) {
    Panes panes = new Panes(features);
    for (Timed one : values) {
      for (int i = 0; i < features.series().size(); i++) {
        if (features.series().get(i).field().equals(one.field())) {
          panes.add(i, one.time(), one.value());
        }
      }
    }
    return panes;
  }

  private static List<@Nullable Object> valuesAt(EntityFeatures features, Panes panes, long t) {
    @Nullable Object[] out = new Object[features.features().size()];
    panes.valuesAt(t, out);
    return Collections.unmodifiableList(new ArrayList<>(java.util.Arrays.asList(out)));
  }

  private static List<@Nullable Object> bruteForce(
      EntityFeatures features, List<Timed> values, long t) {
    List<@Nullable Object> expected = new ArrayList<>();
    for (Windowed feature : features.features()) {
      expected.add(BruteForce.value(feature, values, t));
    }
    return expected;
  }
}
