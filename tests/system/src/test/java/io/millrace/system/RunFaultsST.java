package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services are killed in the middle of their steps; the run has one verdict and one version. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Killed
class RunFaultsST {
  private static final String UNTIL = "2001-01-06T00:00:00Z";
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Map<Step.Known, String> SERVICES =
      Map.of(
          Step.Known.TRANSFORM, "transformer",
          Step.Known.TRAIN, "trainer",
          Step.Known.EVALUATE, "evaluator",
          Step.Known.REFIT, "trainer");

  private static RunningMillrace millrace;
  private static SharedFlights flights;
  private static RunLog log;

  /** Another number of rounds for each run, so that none has a step to skip. */
  private static int rounds = 100;

  @BeforeAll
  static void start(RunningMillrace running, SharedFlights warm) throws Exception {
    millrace = running;
    flights = warm;
    log = new RunLog(millrace);
    flights.replayUntil(UNTIL);
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(longs = 7)
  void shouldGiveOneVerdictAndOneVersionWhoeverIsKilled(long seed) throws Exception {
    runUnderKills(seed);
  }

  @Tag("full")
  @ParameterizedTest
  @Order(3)
  @ValueSource(longs = {8, 9, 10, 11})
  void shouldGiveOneVerdictAndOneVersionWhereverTheyAreKilled(long seed) throws Exception {
    runUnderKills(seed);
  }

  /** Each time for longer than a step would take to use up its attempts. */
  @Test
  @Order(1)
  void shouldWaitForAStoreThatIsAwayFor30SecondsInEachStep() throws Exception {
    Path store = millrace.system.home().data("artifacts");
    Path elsewhere = store.resolveSibling("elsewhere");
    Map<Step, Path> blocked =
        Map.of(
            Step.Known.EVALUATE, store.resolve("flights/verdicts"),
            Step.Known.FINISH, store.resolve("flights/cards"));
    for (Path folder : blocked.values()) {
      block(folder);
    }
    int before = log.runs("flights").size();
    int versions = flights.model().at("/versions").size();
    flights.applyWithoutRival(++rounds);
    CompletableFuture<Integer> run = run();

    for (Step step :
        List.of(
            Step.Known.TRANSFORM,
            Step.Known.TRAIN,
            Step.Known.EVALUATE,
            Step.Known.REFIT,
            Step.Known.FINISH)) {
      awaitBegin(step, before);
      Path folder = blocked.get(step);
      if (folder == null) {
        Files.move(store, elsewhere);
      }
      requireWaiting(log, step);
      if (folder == null) {
        Files.move(elsewhere, store);
      } else {
        unblock(folder);
      }
    }
    assertThat(run.join()).isZero();

    Run ended = log.last("flights");
    ended
        .steps()
        .forEach(
            (name, step) -> {
              System.out.printf("%s: attempt %d%n", name, step.getAttempt());
              assertThat(step.getAttempt()).as(name).isLessThanOrEqualTo(2);
            });
    requireOneRunAndOneVersionMore(before, versions);
  }

  /** A file stands where the folder was, or is to be. */
  private static void block(Path folder) throws IOException {
    if (Files.exists(folder)) {
      Files.move(folder, aside(folder));
    }
    Files.writeString(folder, "no folder");
  }

  private static void unblock(Path folder) throws IOException {
    Files.delete(folder);
    if (Files.exists(aside(folder))) {
      Files.move(aside(folder), folder);
    }
  }

  private static Path aside(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".aside");
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

  private static void runUnderKills(long seed) throws Exception {
    Random random = new Random(seed);
    int before = log.runs("flights").size();
    int versions = flights.model().at("/versions").size();
    flights.applyWithoutRival(++rounds);
    CompletableFuture<Integer> run = run();
    for (Step.Known step :
        List.of(Step.Known.TRANSFORM, Step.Known.TRAIN, Step.Known.EVALUATE, Step.Known.REFIT)) {
      awaitBegin(step, before);
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

    requireOneRunAndOneVersionMore(before, versions);
  }

  private static CompletableFuture<Integer> run() {
    return CompletableFuture.supplyAsync(
        () -> millrace.exitCode("run", "flights"),
        task -> Thread.ofPlatform().daemon().name("run").start(task));
  }

  /**
   * @param before so many runs were there before this one
   */
  private static void awaitBegin(Step step, int before) throws Exception {
    RunningMillrace.await(
        step.text() + " has begun",
        () -> log.runs("flights").size() > before && log.last("flights").step(step).isPresent());
  }

  private static void requireOneRunAndOneVersionMore(int runs, int versions) throws Exception {
    assertThat(log.runs("flights")).hasSize(runs + 1);
    Run ended = log.last("flights");
    assertThat(ended.isOpen()).isFalse();
    assertThat(Evidence.of(ended.step(Step.Known.FINISH).orElseThrow()).path("blessed").asBoolean())
        .isTrue();
    JsonNode model = flights.model();
    assertThat(model.at("/versions").size()).as(model.toString()).isEqualTo(versions + 1);
    assertThat(model.at("/aliases/champion").asInt()).as(model.toString()).isEqualTo(versions + 1);
  }
}
