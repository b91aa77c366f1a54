package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services are killed in the middle of their steps; the run has one verdict and one version. */
class RunFaultsST {
  private static final String UNTIL = "2001-01-06T00:00:00Z";
  private static final String FEW = "2001-01-04T00:00:00Z";
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Map<Step.Known, String> SERVICES =
      Map.of(
          Step.Known.TRANSFORM, "transformer",
          Step.Known.TRAIN, "trainer",
          Step.Known.EVALUATE, "evaluator",
          Step.Known.REFIT, "trainer");

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(longs = 7)
  void shouldGiveOneVerdictAndOneVersionWhoeverIsKilled(long seed) throws Exception {
    runUnderKills(seed);
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = {8, 9, 10, 11})
  void shouldGiveOneVerdictAndOneVersionWhereverTheyAreKilled(long seed) throws Exception {
    runUnderKills(seed);
  }

  /** Each time for longer than a step would take to use up its attempts. */
  @Test
  void shouldWaitForAStoreThatIsAwayFor30SecondsInEachStep() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 11_000, RunningMillrace.everything())) {
      RunLog log = new RunLog(millrace);
      millrace.replayFlights(FEW);
      Path store = millrace.system.home().data("artifacts");
      Path elsewhere = store.resolveSibling("elsewhere");
      Map<Step, Path> inTheWay =
          Map.of(
              Step.Known.EVALUATE,
              Files.writeString(store.resolve("flights/verdicts"), "no folder"),
              Step.Known.FINISH,
              Files.writeString(store.resolve("flights/cards"), "no folder"));
      CompletableFuture<Integer> run =
          CompletableFuture.supplyAsync(
              () -> millrace.exitCode("run", "flights"),
              task -> Thread.ofPlatform().daemon().name("run").start(task));

      for (Step.Known step :
          List.of(
              Step.Known.TRANSFORM,
              Step.Known.TRAIN,
              Step.Known.EVALUATE,
              Step.Known.REFIT,
              Step.Known.FINISH)) {
        RunningMillrace.await(
            step + " has begun",
            () -> !log.runs("flights").isEmpty() && log.last("flights").step(step).isPresent());
        Path file = inTheWay.get(step);
        if (file == null) {
          Files.move(store, elsewhere);
        }
        requireWaiting(log, step);
        if (file == null) {
          Files.move(elsewhere, store);
        } else {
          Files.delete(file);
        }
      }
      assertThat(run.join()).isZero();

      Run ended = log.last("flights");
      assertThat(log.runs("flights")).hasSize(1);
      ended
          .steps()
          .forEach(
              (name, step) -> {
                System.out.printf("%s: attempt %d%n", name, step.getAttempt());
                assertThat(step.getAttempt()).as(name).isLessThanOrEqualTo(2);
              });
      JsonNode model = millrace.get(millrace.system.url("evaluator").resolve("/v1/models/flights"));
      assertThat(model.at("/aliases/champion").asInt()).as(model.toString()).isEqualTo(1);
    }
  }

  private static void requireWaiting(RunLog log, Step step) throws Exception {
    Instant since = Instant.now();
    RunningMillrace.await(
        step.text() + " says that it waits",
        () ->
            log.last("flights")
                .step(step)
                .map(word -> Evidence.of(word).at("/waiting/code").asText())
                .filter("STORE_UNAVAILABLE"::equals)
                .isPresent());
    Thread.sleep(Duration.between(Instant.now(), since.plus(AWAY)));
    Run waiting = log.last("flights");
    assertThat(waiting.isOpen()).isTrue();
    assertThat(waiting.hasDone(step)).as(step.text()).isFalse();
  }

  private void runUnderKills(long seed) throws Exception {
    Random random = new Random(seed);
    try (RunningMillrace millrace =
        new RunningMillrace(home, 11_000, RunningMillrace.everything())) {
      RunLog log = new RunLog(millrace);
      millrace.replayFlights(UNTIL);
      CompletableFuture<Integer> run =
          CompletableFuture.supplyAsync(
              () -> millrace.exitCode("run", "flights"),
              task -> Thread.ofPlatform().daemon().name("run").start(task));
      for (Step.Known step :
          List.of(Step.Known.TRANSFORM, Step.Known.TRAIN, Step.Known.EVALUATE, Step.Known.REFIT)) {
        RunningMillrace.await(
            step + " has begun",
            () -> !log.runs("flights").isEmpty() && log.last("flights").step(step).isPresent());
        Thread.sleep(random.nextInt(1500));
        String service = SERVICES.get(step);
        System.out.println("kill -9 " + service + " in " + step.text());
        millrace.system.kill9(service);
        if (step == Step.Known.EVALUATE) {
          millrace.system.kill9("serving");
          millrace.system.restart("serving");
        }
        millrace.system.restart(service);
      }
      assertThat(run.join()).as("seed %d", seed).isZero();

      List<Run> runs = log.runs("flights");
      assertThat(runs).hasSize(1);
      assertThat(runs.getFirst().isOpen()).isFalse();
      assertThat(
              Evidence.of(runs.getFirst().step(Step.Known.FINISH).orElseThrow())
                  .path("blessed")
                  .asBoolean())
          .isTrue();
      JsonNode model = millrace.get(millrace.system.url("evaluator").resolve("/v1/models/flights"));
      assertThat(model.at("/versions").size()).as(model.toString()).isEqualTo(1);
      assertThat(model.at("/aliases/champion").asInt()).isEqualTo(1);
    }
  }
}
