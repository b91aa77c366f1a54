package io.millrace.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A judge that finds nothing would be worse than none. */
class FuzzTest {
  private static final List<byte[]> REAL = List.of("hello, world".getBytes(UTF_8));

  @Test
  void shouldPassADoorThatBearsAll() {
    Set<Integer> lengths = new HashSet<>();

    assertThatCode(
            () ->
                Fuzz.of("quiet")
                    .run(random -> Mutation.of(random, REAL), input -> lengths.add(input.length)))
        .doesNotThrowAnyException();

    assertThat(lengths).hasSizeGreaterThan(100);
  }

  @Test
  void shouldTellTheSeedOfWhatADoorDoesNotBear() {
    assertThatThrownBy(
            () ->
                Fuzz.of("fragile")
                    .run(
                        Mutation::noise,
                        input -> {
                          if (input.length == 7) {
                            throw new IllegalStateException("seven");
                          }
                        }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("fragile: input ")
        .hasMessageContaining(" of seed ")
        .hasRootCauseMessage("seven");
  }

  @Test
  void shouldFindWhatTakesTooMuchMemory() {
    assertThatThrownBy(
            () ->
                Fuzz.of("greedy")
                    .run(
                        Random::nextInt,
                        number ->
                            assertThat(new byte[number % 100 == 0 ? 17 << 20 : 1]).isNotEmpty()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("takes ");
  }

  @Test
  void shouldAllowALargeInputMoreInProportion() {
    assertThatCode(() -> takeForEach(1 << 20, 100)).doesNotThrowAnyException();
    assertThatThrownBy(() -> takeForEach(1 << 20, 300))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("takes ");
  }

  private static void takeForEach(int size, int bytes) {
    Fuzz.of("proportionate")
        .oneIn(20_000)
        .run(
            random -> new byte[size],
            input -> assertThat(new byte[input.length * bytes]).isNotNull());
  }

  /** As without memory: what failed can't be told either. */
  @Test
  void shouldFailWhereTheFailureCannotBeTold() {
    record Unspeakable() {
      @Override
      public String toString() {
        throw new IllegalStateException("without words");
      }
    }

    assertThatThrownBy(
            () ->
                Fuzz.of("mute")
                    .run(
                        random -> new Unspeakable(),
                        input -> {
                          throw new IllegalStateException("fault");
                        }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("mute: its thread has ended at input 0 of seed ");
  }

  @Test
  void shouldGiveTheSameInputForTheSameChance() {
    for (int seed = 0; seed < 100; seed++) {
      assertThat(Mutation.of(new Random(seed), REAL))
          .isEqualTo(Mutation.of(new Random(seed), REAL));
      assertThat(Mutation.ofText(new Random(seed), List.of("a: [1]")))
          .isEqualTo(Mutation.ofText(new Random(seed), List.of("a: [1]")));
    }
  }
}
