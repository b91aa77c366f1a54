package io.millrace.validator.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules of repeats, against a model that keeps every content for ever. */
final class DuplicatesTest {
  private static final long DAY = 86_400_000;

  /** One arrival: which id, which of its contents (the first two are valid), when. */
  record Step(int id, int content, long afterMillis) {
    boolean valid() {
      return content < 2;
    }

    ContentHash hash() {
      return new ContentHash(id, content);
    }
  }

  @Property
  void shouldAgreeWithTheModel(@ForAll("steps") List<Step> steps) {
    Map<Integer, Seen> store = new HashMap<>();
    Map<Integer, Model> models = new HashMap<>();
    long now = 0;
    for (Step step : steps) {
      now += step.afterMillis();
      Arrival arrival = Duplicates.judge(store.get(step.id()), step.hash(), step.valid(), now);
      remember(store, step.id(), arrival);

      Model model = models.get(step.id());
      if (model == null || now - model.arrival > 7 * DAY) {
        model = new Model(now);
        models.put(step.id(), model);
      }
      assertThat(arrival.getClass().getSimpleName()).isEqualTo(model.judge(step));
    }
  }

  @Property
  void shouldAddUpUnderAnyRepetitionAndOrder(@ForAll("steps") List<Step> steps) {
    Map<Integer, Seen> store = new HashMap<>();
    int accepted = 0;
    int repeats = 0;
    List<Tuple2<Integer, Integer>> refused = new ArrayList<>();
    Set<Integer> acceptedIds = new HashSet<>();
    for (Step step : steps) {
      Arrival arrival = Duplicates.judge(store.get(step.id()), step.hash(), step.valid(), 0);
      remember(store, step.id(), arrival);
      switch (arrival) {
        case Arrival.Repeat repeat -> repeats++;
        case Arrival.Fresh fresh when step.valid() -> {
          accepted++;
          assertThat(acceptedIds.add(step.id())).isTrue();
        }
        case Arrival.Fresh fresh -> refused.add(Tuple.of(step.id(), step.content()));
        case Arrival.Conflict conflict -> refused.add(Tuple.of(step.id(), step.content()));
      }
    }
    assertThat(accepted + repeats + refused.size()).isEqualTo(steps.size());
    assertThat(refused).doesNotHaveDuplicates();
    assertThat(accepted + refused.size()).isEqualTo(new HashSet<>(contents(steps)).size());
  }

  @Property
  void shouldKeepWhatIsSeenThroughBytes(@ForAll("steps") List<Step> steps) {
    Map<Integer, Seen> store = new HashMap<>();
    for (Step step : steps) {
      remember(
          store,
          step.id(),
          Duplicates.judge(store.get(step.id()), step.hash(), step.valid(), step.afterMillis()));
    }
    for (Seen seen : store.values()) {
      assertThat(Seen.fromBytes(seen.toBytes())).isEqualTo(seen);
      assertThat(Seen.arrivalMillis(seen.toBytes())).isEqualTo(seen.arrivalMillis());
    }
  }

  @Test
  void shouldNeverForgetTheAcceptedContentOfAnIdWithManyConflicts() {
    @Nullable Seen seen = null;
    for (int content = 0; content < 3 * Seen.MOST; content++) {
      seen =
          switch (Duplicates.judge(seen, new ContentHash(0, content), content < 1, 0)) {
            case Arrival.Fresh fresh -> fresh.remembered();
            case Arrival.Conflict conflict -> conflict.remembered();
            case Arrival.Repeat repeat -> throw new AssertionError("no content came twice");
          };
    }

    assertThat(Duplicates.judge(seen, new ContentHash(0, 0), true, 0))
        .isInstanceOf(Arrival.Repeat.class);
    assertThat(java.util.Objects.requireNonNull(seen).hashes()).hasSize(Seen.MOST);
  }

  @Test
  void shouldHashTheSameWhenAMissingFieldIsAppended() {
    byte[] before = {9, 9, 9, 9, 9, 1, 2, 3, 0};
    byte[] after = {8, 8, 8, 8, 8, 1, 2, 3, 0, 0};

    assertThat(ContentHash.of(before, 5)).isEqualTo(ContentHash.of(after, 5));
    assertThat(ContentHash.of(before, 5)).isNotEqualTo(ContentHash.of(new byte[] {1, 2, 4}, 0));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 4),
            Arbitraries.longs().between(0, DAY))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  private static List<Tuple2<Integer, Integer>> contents(List<Step> steps) {
    return steps.stream().map(step -> Tuple.of(step.id(), step.content())).toList();
  }

  private static void remember(Map<Integer, Seen> store, int id, Arrival arrival) {
    switch (arrival) {
      case Arrival.Repeat repeat -> {}
      case Arrival.Fresh fresh -> store.put(id, fresh.remembered());
      case Arrival.Conflict conflict -> store.put(id, conflict.remembered());
    }
  }

  /** Every content of an id ever, and whether one was accepted. */
  private static final class Model {
    private final long arrival;
    private final Set<Integer> contents = new HashSet<>();
    private boolean accepted;

    Model(long arrival) {
      this.arrival = arrival;
    }

    String judge(Step step) {
      if (!contents.add(step.content())) {
        return "Repeat";
      }
      if (accepted) {
        return "Conflict";
      }
      accepted = step.valid();
      return "Fresh";
    }
  }
}
