package io.millrace.features.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import io.millrace.features.online.FeatureLookup.NotFound;
import io.millrace.features.online.FeatureLookup.NullValue;
import io.millrace.features.online.FeatureLookup.OutsideMaxAge;
import io.millrace.features.online.FeatureLookup.Present;
import io.millrace.features.online.OnlineFeatures.Answer;
import io.millrace.features.online.OnlineFeatures.Request;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Fixtures;
import io.millrace.features.panes.Panes;
import io.millrace.fixtures.RedisProcess;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnlineFeaturesIT {
  /** A machine may stand still for seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Windowed DELAY = feature("delay", Aggregate.MEAN);
  private static final Windowed FLIGHTS = feature("flights", Aggregate.COUNT);
  private static final Pipeline PIPELINE = Fixtures.pipeline(List.of(DELAY, FLIGHTS));
  private static final Source SOURCE = new Source("flights", "log", 0);

  private final RedisProcess redis = new RedisProcess();
  private final OnlineStore store = new OnlineStore(RedisServer.at(redis.uri()).within(PATIENCE));
  private final OnlineFeatures features = new OnlineFeatures(PIPELINE, store);

  @BeforeEach
  void fill() {
    EntityFeatures entity = EntityFeatures.of(PIPELINE).getFirst();
    Panes panes = new Panes(entity);
    panes.add(0, 98, 10);
    panes.add(0, 104, 20);
    panes.evict(105, 50);
    byte[] bytes = panes.encode("origin", "JFK", 105);
    value(store.beginFilling(SOURCE));
    value(
        store.write(
            SOURCE, List.of(new Write(new EntityKey("origin", "JFK"), 3, Optional.of(bytes)))));
  }

  @AfterEach
  void stop() {
    store.close();
    redis.close();
  }

  @Test
  void shouldAnswerWithFeastsFourCases() {
    assertThat(lookUp("JFK", OptionalLong.of(106)))
        .containsExactly(new Present(15.0), new Present(2L));
    assertThat(lookUp("JFK", OptionalLong.of(103)))
        .containsExactly(new Present(10.0), new Present(1L));
    assertThat(lookUp("JFK", OptionalLong.of(200)))
        .containsExactly(new NullValue(), new Present(0L));
    assertThat(lookUp("JFK", OptionalLong.of(70)))
        .containsExactly(new OutsideMaxAge(), new OutsideMaxAge());
    assertThat(lookUp("LAX", OptionalLong.of(106))).containsExactly(new NotFound(), new NotFound());
  }

  @Test
  void shouldUseThePipelinesWatermarkWhenNoTimeIsGiven() {
    value(store.writeWatermark(SOURCE, 0, 101));

    Answer answer =
        value(
                features.lookUp(
                    List.of(FLIGHTS),
                    List.of(new Request(Map.of("origin", "JFK"), OptionalLong.empty()))))
            .getFirst();

    assertThat(answer)
        .isEqualTo(
            new Answer(OptionalLong.of(101), OptionalLong.of(101), List.of(new Present(1L))));
  }

  @Test
  void shouldUseTheEntitysWatermarkWhenThePipelinesIsNotKnown() {
    assertThat(lookUp("JFK", OptionalLong.empty()))
        .containsExactly(new Present(15.0), new Present(2L));
  }

  @Test
  void shouldNotFindAnEntityThatIsNotGiven() {
    List<Answer> answers =
        value(
            features.lookUp(List.of(DELAY), List.of(new Request(Map.of(), OptionalLong.of(106)))));

    assertThat(answers)
        .containsExactly(
            new Answer(OptionalLong.of(106), OptionalLong.empty(), List.of(new NotFound())));
  }

  /** More than a read takes, by their number and by their bytes. */
  @Test
  void shouldAnswerForManyEntitiesAndForLargeOnes() {
    EntityFeatures entity = EntityFeatures.of(PIPELINE).getFirst();
    Panes many = new Panes(entity);
    for (int time = 0; time < 60_000; time++) {
      many.add(0, 5L * time, 7);
    }
    for (int i = 0; i < 7; i++) {
      byte[] bytes = many.encode("origin", "large" + i, 300_000);
      assertThat(bytes).hasSizeGreaterThan(2_000_000);
      value(
          store.write(
              SOURCE,
              List.of(new Write(new EntityKey("origin", "large" + i), 1, Optional.of(bytes)))));
    }
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      String origin = i % 500 == 0 ? "large" + i / 500 : i % 2 == 0 ? "JFK" : "none" + i;
      requests.add(new Request(Map.of("origin", origin), OptionalLong.of(106)));
    }

    List<Answer> answers = value(features.lookUp(List.of(FLIGHTS, DELAY), requests));

    assertThat(answers).hasSize(2_500);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).values())
          .as("row %d", i)
          .isEqualTo(
              i % 500 == 0
                  ? List.of(new Present(6L), new Present(7.0))
                  : i % 2 == 0
                      ? List.of(new Present(2L), new Present(15.0))
                      : List.of(new NotFound(), new NotFound()));
    }
  }

  private List<FeatureLookup> lookUp(String origin, OptionalLong asOf) {
    return value(
            features.lookUp(
                List.of(DELAY, FLIGHTS), List.of(new Request(Map.of("origin", origin), asOf))))
        .getFirst()
        .values();
  }

  private static Windowed feature(String name, Aggregate aggregate) {
    return new Windowed(
        name,
        "origin",
        aggregate,
        "delay_minutes",
        Duration.of(30, ChronoUnit.MICROS),
        Duration.of(5, ChronoUnit.MICROS));
  }

  private static <T> T value(CompletionStage<StoreAnswer<T>> answer) {
    return switch (answer.toCompletableFuture().join()) {
      case Answered<T>(T value) -> value;
      case Unavailable<T>(String reason) -> throw new AssertionError(reason);
    };
  }
}
