package io.millrace.messaging.watermarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Over random interleavings of what three sources say. */
final class WatermarksTest {
  private static final int SOURCES = 3;

  /** A source has passed a time, or is idle. */
  record Word(int source, long time, boolean idle, long round) {
    void to(Watermarks watermarks) {
      if (idle) {
        watermarks.idle(source, SOURCES, time, round);
      } else {
        watermarks.passed(source, SOURCES, time, round);
      }
    }
  }

  /** What a source has said so far. */
  private static final class Source {
    private long time = Watermarks.NONE;
    private boolean spoken;
    private boolean idle;
    private long round;
  }

  @Property
  void shouldNeverGoBack(@ForAll("words") List<Word> words) {
    Watermarks watermarks = new Watermarks();
    long before = Watermarks.NONE;
    for (Word word : words) {
      word.to(watermarks);
      assertThat(watermarks.combined()).isGreaterThanOrEqualTo(before);
      before = watermarks.combined();
    }
  }

  @Property
  void shouldBeTheGreatestMinimumOfTheActiveSourcesSinceAllHaveSpoken(
      @ForAll("words") List<Word> words) {
    Watermarks watermarks = new Watermarks();
    Source[] sources = {new Source(), new Source(), new Source()};
    long expected = Watermarks.NONE;
    for (Word word : words) {
      word.to(watermarks);
      Source source = sources[word.source()];
      source.spoken = true;
      source.idle = word.idle();
      source.round = word.round();
      source.time = word.idle() ? source.time : Math.max(source.time, word.time());
      expected = Math.max(expected, minimum(sources));
      assertThat(watermarks.combined()).isEqualTo(expected);
      assertThat(watermarks.allIdle())
          .isEqualTo(Arrays.stream(sources).allMatch(each -> isIdle(each, sources)));
    }
  }

  /** By a word that is not out of date. */
  private static boolean isIdle(Source source, Source[] sources) {
    return source.idle && Arrays.stream(sources).allMatch(other -> other.round <= source.round);
  }

  private static long minimum(Source[] sources) {
    long least = Long.MAX_VALUE;
    for (Source source : sources) {
      if (!source.spoken || (source.idle && !isIdle(source, sources))) {
        return Watermarks.NONE;
      }
      if (!source.idle) {
        least = Math.min(least, source.time);
      }
    }
    return least == Long.MAX_VALUE ? Watermarks.NONE : least;
  }

  @Property
  void shouldNeverBeAboveASourceThatWasNeverIdle(@ForAll("words") List<Word> words) {
    Watermarks watermarks = new Watermarks();
    long first = Watermarks.NONE;
    for (Word word : words) {
      if (word.source() == 0 && word.idle()) {
        continue;
      }
      word.to(watermarks);
      first = word.source() == 0 ? Math.max(first, word.time()) : first;
      assertThat(watermarks.combined()).isLessThanOrEqualTo(first);
    }
  }

  @Property
  void shouldBeUnknownUntilAllHaveSpoken(@ForAll("words") List<Word> words) {
    Watermarks watermarks = new Watermarks();
    words.stream().filter(word -> word.source() != 1).forEach(word -> word.to(watermarks));

    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);
    assertThat(watermarks.allIdle()).isFalse();
  }

  @Property
  void shouldNotDependOnTheOrderOfWhatActiveSourcesSay(
      @ForAll("marks") List<Word> words, @ForAll java.util.Random random) {
    List<Word> shuffled = new java.util.ArrayList<>(words);
    java.util.Collections.shuffle(shuffled, random);
    Watermarks one = new Watermarks();
    Watermarks other = new Watermarks();
    words.forEach(word -> word.to(one));
    shuffled.forEach(word -> word.to(other));

    assertThat(other.combined()).isEqualTo(one.combined());
  }

  @Property
  void shouldGoOnFromItsBytesAsIfNothingHadHappened(
      @ForAll("words") List<Word> before, @ForAll("words") List<Word> after) {
    Watermarks kept = new Watermarks();
    before.forEach(word -> word.to(kept));
    Watermarks restored = Watermarks.fromBytes(kept.toBytes());
    assertThat(restored.toBytes()).isEqualTo(kept.toBytes());
    for (Word word : after) {
      word.to(kept);
      word.to(restored);
      assertThat(restored.combined()).isEqualTo(kept.combined());
      assertThat(restored.allIdle()).isEqualTo(kept.allIdle());
    }
  }

  @Test
  void shouldDoubtAnIdleSourceOnceAnotherSpeaksOfALaterRound() {
    Watermarks watermarks = new Watermarks();
    for (int source = 0; source < SOURCES; source++) {
      watermarks.idle(source, SOURCES, 7, 1);
    }
    watermarks.passed(0, SOURCES, 50, 2);
    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);
    assertThat(watermarks.awake()).isEqualTo(Watermarks.BEGINNING);

    watermarks.idle(1, SOURCES, 7, 2);
    watermarks.passed(2, SOURCES, 40, 2);

    assertThat(watermarks.combined()).isEqualTo(40);
    assertThat(watermarks.awake()).isEqualTo(40);
  }

  /** With the word alone, one read far ahead of the other would wait for it for ever. */
  @Test
  void shouldTakeAWordOfTheLatestRoundInWhateverOrderTheyAreRead() {
    Watermarks watermarks = new Watermarks();
    for (int round = 1; round <= 3; round++) {
      watermarks.passed(0, 2, 10L * round, round);
      watermarks.idle(0, 2, 7, round);
    }
    for (int round = 1; round <= 3; round++) {
      assertThat(watermarks.allIdle()).isFalse();
      watermarks.passed(1, 2, 10L * round, round);
      watermarks.idle(1, 2, 7, round);
    }

    assertThat(watermarks.allIdle()).isTrue();
  }

  @Test
  void shouldWaitForASourceThatIsDoubted() {
    Watermarks watermarks = new Watermarks();
    watermarks.idle(0, 2, 7, 0);
    watermarks.doubt(0);
    watermarks.passed(1, 2, 50, 0);
    assertThat(watermarks.isDoubted(0)).isTrue();
    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);

    watermarks.idle(0, 2, 8, 0);

    assertThat(watermarks.combined()).isEqualTo(50);
  }

  @Test
  void shouldKnowTheCutThroughAllPositions() {
    Watermarks one = new Watermarks();
    one.idle(0, 2, 7, 0);
    one.idle(1, 2, 8, 0);
    Watermarks other = new Watermarks();
    other.idle(1, 2, 8, 3);
    other.idle(0, 2, 6, 2);
    assertThat(other.cut()).isNotEqualTo(one.cut());

    other.idle(0, 2, 7, 3);

    assertThat(other.cut()).isEqualTo(one.cut());
    assertThat(other.last(0)).contains(new Mark.Idle(7, 3));
  }

  @Test
  void shouldKnowNothingBeforeTheFirstWord() {
    Watermarks watermarks = new Watermarks();

    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);
    assertThat(watermarks.allIdle()).isFalse();
  }

  @Provide
  Arbitrary<List<Word>> words() {
    return words(
        Arbitraries.frequency(net.jqwik.api.Tuple.of(3, false), net.jqwik.api.Tuple.of(1, true)));
  }

  @Provide
  Arbitrary<List<Word>> marks() {
    return words(Arbitraries.just(false));
  }

  private static Arbitrary<List<Word>> words(Arbitrary<Boolean> idle) {
    return Combinators.combine(
            Arbitraries.integers().between(0, SOURCES - 1),
            Arbitraries.longs().between(0, 100),
            idle,
            Arbitraries.longs().between(0, 2))
        .as(Word::new)
        .list()
        .ofMaxSize(40);
  }
}
