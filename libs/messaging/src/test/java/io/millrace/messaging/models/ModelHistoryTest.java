package io.millrace.messaging.models;

import static io.millrace.messaging.models.ModelHistory.CHAMPION;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelHistoryTest {
  private static final Instant T = Instant.parse("2001-01-25T00:00:00Z");

  @Test
  void shouldCountVersionsAndSequencesUp() {
    ModelHistory history = moved(1, 2);

    assertThat(history.nextVersion()).isEqualTo(3);
    assertThat(history.champion()).map(Published::number).contains(2);
    AliasMoved next = (AliasMoved) history.moving(CHAMPION, 1, "worse", T).getChange();
    assertThat(next.getSequence()).isEqualTo(3);
    assertThat(next.getPrevious()).isEqualTo(2);
    assertThat(ModelHistory.of("flights").nextVersion()).isEqualTo(1);
  }

  @Property
  void shouldBeTheSameInWhateverOrderAndHoweverOftenEventsCome(
      @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 4) Integer> targets,
      @ForAll @Size(max = 12) List<@IntRange(max = 1000) Integer> again,
      @ForAll Random random) {
    List<ModelEvent> events = new ArrayList<>();
    for (int target : targets) {
      String alias = random.nextBoolean() ? CHAMPION : "challenger";
      events.add(version(target, "run-" + target));
      events.add(
          told(events)
              .moving(alias, target, "test", T.plusSeconds(random.nextInt(targets.size()))));
    }
    List<ModelEvent> replayed = new ArrayList<>(events);
    again.forEach(
        i -> events.stream().skip(i % (events.size() + 1)).findFirst().ifPresent(replayed::add));
    Collections.shuffle(replayed, random);

    assertThat(told(replayed)).isEqualTo(told(events));
  }

  @Test
  void shouldKeepTheFirstWordWhereTwoContradictEachOther() {
    ModelHistory history = told(List.of(version(1, "first"), move(1, 1, 1)));

    assertThat(history.with(version(1, "second"))).isSameAs(history);
    assertThat(history.with(move(2, 1, 2))).isSameAs(history);
    assertThat(history.with(move(1, 1, 9))).isSameAs(history);
  }

  @Test
  void shouldGoBySequenceWhateverTheTimesAre() {
    ModelHistory history = told(List.of(move(3, 3, 1), move(1, 1, 2), move(2, 2, 3)));

    assertThat(history.moves(CHAMPION)).extracting(Move::version).containsExactly(1, 2, 3);
    assertThat(history.current(CHAMPION)).map(Move::version).contains(3);
    assertThat(history.moves()).extracting(Move::version).containsExactly(3, 1, 2);
  }

  @Test
  void shouldNameAVersionThatIsNotThereUntilItIs() {
    ModelHistory early = told(List.of(version(1, "run-1"), move(1, 1, 1), move(2, 2, 2)));

    assertThat(early.current(CHAMPION)).map(Move::version).contains(2);
    assertThat(early.champion()).isEmpty();
    assertThat(early.with(version(2, "run-2")).champion()).map(Published::number).contains(2);
  }

  @Test
  void shouldTellAliasesApart() {
    ModelHistory history = moved(1, 2);
    ModelEvent other = history.moving("challenger", 1, "test", T.plusSeconds(9));

    assertThat(history.with(other).aliases())
        .hasEntrySatisfying(CHAMPION, move -> assertThat(move.version()).isEqualTo(2))
        .hasEntrySatisfying("challenger", move -> assertThat(move.sequence()).isEqualTo(1))
        .hasSize(2);
  }

  /** A deletion is an event of the pipeline, and none of its model. */
  @Test
  void shouldCountOnWhenThePipelineIsAppliedAgainAfterItsDeletion() {
    ModelHistory before = moved(1, 2);
    ModelHistory after = before.with(version(before.nextVersion(), "of the new file"));

    assertThat(after.versions()).containsOnlyKeys(1, 2, 3);
    assertThat(after.champion()).map(Published::number).contains(2);
  }

  @Test
  void shouldPassOverOtherModelsAndWhatANewerMillraceSays() {
    ModelHistory history = moved(1);

    assertThat(history.with(ModelHistory.of("trains").moving(CHAMPION, 1, "other", T)))
        .isSameAs(history);
    assertThat(history.with(new ModelEvent("flights", "a new kind of change", T)))
        .isSameAs(history);
  }

  @Test
  void shouldTellWhatWasLiveAtATime() {
    ModelHistory history = moved(1, 2);

    assertThat(history.at(CHAMPION, T)).isEmpty();
    assertThat(history.at(CHAMPION, T.plusSeconds(1))).map(Move::version).contains(1);
    assertThat(history.at(CHAMPION, T.plusMillis(1999))).map(Move::version).contains(1);
    assertThat(history.at(CHAMPION, T.plusSeconds(60))).map(Move::version).contains(2);
    assertThat(history.at("challenger", T.plusSeconds(60))).isEmpty();
  }

  /** The moves so far, and what a rollback leads to. */
  @ParameterizedTest
  @CsvSource({"1, none", "1 2, 1", "1 2 3, 2", "1 2 3 2, 1", "1 2 3 2 1, none", "1 2 3 1 3, 1"})
  void shouldGoFurtherBackWithEachRollback(String moves, String target) {
    int[] versions = Arrays.stream(moves.split(" ")).mapToInt(Integer::parseInt).toArray();

    assertThat(moved(versions).before(CHAMPION).map(String::valueOf).orElse("none"))
        .isEqualTo(target);
  }

  private static ModelHistory told(List<ModelEvent> events) {
    ModelHistory history = ModelHistory.of("flights");
    for (ModelEvent event : events) {
      history = history.with(event);
    }
    return history;
  }

  /** Each version is published, and then the champion, a second after the one before. */
  private static ModelHistory moved(int... versions) {
    ModelHistory history = ModelHistory.of("flights");
    int second = 0;
    for (int version : versions) {
      second++;
      history = history.with(version(version, "run-" + version));
      history = history.with(history.moving(CHAMPION, version, "test", T.plusSeconds(second)));
    }
    return history;
  }

  private static ModelEvent move(int version, long sequence, int second) {
    return new ModelEvent(
        "flights",
        new AliasMoved(CHAMPION, version, null, sequence, "test"),
        T.plusSeconds(second));
  }

  private static ModelEvent version(int number, String run) {
    ArtifactRef file = new ArtifactRef("model", "file:///" + number, "%064x".formatted(number), 1L);
    return new ModelEvent("flights", new ModelVersion(number, run, 1, file, file, file, file), T);
  }
}
