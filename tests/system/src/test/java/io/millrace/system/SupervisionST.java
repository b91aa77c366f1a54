package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.machine.Service;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.local.replay.DirectedReplay;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.Progress;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.testkit.oracle.FeatureComparison;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every process is killed from outside while events flow, and nobody starts it again but {@code
 * up}.
 */
@Killed
class SupervisionST {
  /** More than can be sent meanwhile. */
  private static final Instant UNTIL = Instant.parse("2001-03-01T00:00:00Z");

  private static final Duration A_DAY = Duration.ofSeconds(60);
  private static final long MOST_LAG = 10_000;

  private final RunningMillrace millrace;
  private final SharedFlights flights;

  SupervisionST(RunningMillrace millrace, SharedFlights flights) {
    this.millrace = millrace;
    this.flights = flights;
  }

  @Test
  void shouldStartEachProcessAgainThatIsKilledAndReconcile() throws Exception {
    List<String> victims = new ArrayList<>();
    Arrays.stream(Service.values()).map(Service::serviceName).forEach(victims::add);
    victims.add("registry");
    victims.add("redis");
    victims.add("broker");
    flights.replayUntil("2001-01-05T00:00:00Z");
    flights.requireChampion();
    Instant start = flights.end();
    List<String> said = new CopyOnWriteArrayList<>();
    millrace.system.supervise(
        line -> {
          System.out.println(line);
          said.add(line);
        });
    RunningSystem running = RunningSystem.require(millrace.system.home());
    DirectedReplay replay =
        new DirectedReplay(
            running,
            AppliedPipeline.require(running, SharedFlights.NAME),
            RunningMillrace.FLIGHTS,
            Optional.of(start),
            Optional.of(UNTIL));
    CompletableFuture<Void> killed = new CompletableFuture<>();
    CompletableFuture<DirectedReplay.End> sent =
        CompletableFuture.supplyAsync(
            () ->
                replay.send(new Unhurried(killed, A_DAY, true), MOST_LAG, SupervisionST::progress),
            task -> Thread.ofPlatform().daemon().name("replay").start(task));

    for (String victim : victims) {
      killFromOutside(millrace, victim);
      assertThat(sent).as("events flow").isNotDone();
    }
    killed.complete(null);
    DirectedReplay.End end = sent.get();
    System.out.printf("%,d events%n", end.events());
    try (Progress progress = progress(DirectedReplay.HOPS)) {
      replay.settle(progress);
    }
    Instant last = Instant.EPOCH.plus(end.lastTime(), ChronoUnit.MICROS);
    flights.hasReplayed(last);

    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    System.out.println(numbers.report());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    assertThat(numbers.count("vectors")).isPositive();
    FeatureComparison comparison = millrace.compareWithFiles(last);
    assertThat(comparison.isExact()).as(comparison.report()).isTrue();
    assertThat(comparison.incomplete()).isZero();
    requireOnePredictionForEachVector(start);
    assertThat(said.stream().filter(line -> line.contains("started again")))
        .hasSize(victims.size());
    assertThat(millrace.system.failed()).isEmpty();
    millrace.run("status");
    RunningMillrace.await("an alert of each", () -> died(millrace).containsAll(victims));
  }

  private void requireOnePredictionForEachVector(Instant since) throws Exception {
    Set<String> vectors = new HashSet<>();
    millrace.forEachVector(
        RunningMillrace.flights(),
        vector -> {
          if ((Long) vector.get("departure") >= RunningMillrace.micros(since)) {
            vectors.add(vector.get("flight_id").toString());
          }
        });
    assertThat(vectors).isNotEmpty();
    Map<String, List<Prediction>> predictions = new HashMap<>();
    RunningMillrace.await(
        "every vector is predicted",
        () -> {
          predictions.clear();
          predictions.putAll(new PredictionLog(millrace, RunningMillrace.flights()).byExample());
          return predictions.keySet().containsAll(vectors);
        });
    assertThat(vectors).allMatch(id -> predictions.get(id).size() == 1);
  }

  private static void killFromOutside(RunningMillrace millrace, String victim) throws Exception {
    ServiceProcess before = millrace.system.process(victim);
    assertThat(before.identity().find().orElseThrow().destroyForcibly()).isTrue();
    RunningMillrace.await(
        victim + " is started again", () -> millrace.system.process(victim).pid() != before.pid());
    RunningMillrace.await(victim + " is ready again", () -> millrace.system.isReady(victim));
  }

  /** Which processes have an alert that they died. */
  private static Set<String> died(RunningMillrace millrace) {
    RecordDecoder<AlertEvent> decoder =
        RecordDecoder.specific(millrace.schemas(), AlertEvent.class);
    List<AlertEvent> alerts = new ArrayList<>();
    TopicDump.read(
        millrace.system.kafka(),
        ControlTopic.ALERTS.name(),
        record -> {
          if (decoder.decode(record.value()) instanceof Decoded.Value<AlertEvent> alert) {
            alerts.add(alert.value());
          }
        });
    return alerts.stream()
        .filter(alert -> alert.getCode().equals(ErrorCode.PROCESS_DIED.name()))
        .map(alert -> alert.getAlert().substring("process/".length()))
        .collect(Collectors.toSet());
  }

  private static Progress progress(long total) {
    return Progress.on(new PrintWriter(System.out, true), "Replaying", total);
  }
}
