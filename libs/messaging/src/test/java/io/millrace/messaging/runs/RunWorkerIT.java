package io.millrace.messaging.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.api.TerminationStyle;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.topics.TopicAccess;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers on a real broker: whatever happens to them, a step has one result. */
@ExtendWith(KafkaClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RunWorkerIT {

  @Test
  void shouldDoAStepOnceAndSkipItWhenNothingHasChanged(KafkaCluster cluster) throws Exception {
    AtomicInteger done = new AtomicInteger();
    Train train = new Train(run -> "same", run -> done.incrementAndGet());
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
      broker.write(RunsTest.step("r1", "finish", StepState.DONE));
      broker.ask("r2");
      RunStep second = broker.await("r2", "train");

      assertThat(second.getState()).isEqualTo("SKIPPED");
      assertThat(second.getOutputs()).isEqualTo(broker.await("r1", "train").getOutputs());
      assertThat(Evidence.of(second).path("skipped").asText()).contains("r1");
      assertThat(done).hasValue(1);
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldRepeatAStepWhoseOutputsAreGone(KafkaCluster cluster) throws Exception {
    AtomicInteger done = new AtomicInteger();
    Train train = new Train(run -> "same", run -> done.incrementAndGet());
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> false, train)) {
      broker.ask("r1");
      broker.await("r1", "train");
      broker.write(RunsTest.step("r1", "finish", StepState.DONE));
      broker.ask("r2");

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(done).hasValue(2);
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldGiveOneResultWhenTheFirstWorkerIsReplacedInMidWork(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Train stuck =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              await(never);
              return 1;
            });
    Train quick = new Train(run -> "", run -> 2);
    try (RunsBroker broker = new RunsBroker(cluster)) {
      // Given two instances, and the one that owns the partition is at work
      RunWorker first = broker.worker("a", reference -> true, stuck);
      broker.ask("r1");
      begun.await();

      // When it ends without a word, and another takes over
      first.close();
      try (RunWorker second = broker.worker("b", reference -> true, quick)) {
        RunStep result = broker.await("r1", "train");

        // Then the second has done it, as the second attempt
        assertThat(Evidence.of(result).path("value").asInt()).isEqualTo(2);
        assertThat(result.getAttempt()).isEqualTo(2);
        assertThat(result.getBy()).isEqualTo("trainer/b");
        never.countDown();
        assertThat(broker.results("r1", "train")).hasSize(1);
        assertThat(second.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  @Test
  void shouldRefuseTheWordOfAnInstanceThatWasReplacedUnderItsName(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Train slow =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              await(go);
              return 1;
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker zombie = broker.worker("a", reference -> true, slow)) {
      broker.ask("r1");
      begun.await();
      try (RunWorker successor =
          broker.worker("a", reference -> true, new Train(run -> "", run -> 2))) {
        RunStep result = broker.await("r1", "train");
        go.countDown();

        assertThat(Evidence.of(result).path("value").asInt()).isEqualTo(2);
        broker.write(RunsTest.step("r1", "finish", StepState.DONE));
        broker.ask("r2");
        broker.await("r2", "train");
        broker.readUntil(() -> zombie.state() == State.FAILED);
        assertThat(broker.results("r1", "train")).hasSize(1);
        assertThat(successor.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  /** The group tells it while it is about to speak, and its word is refused before it reads on. */
  @Test
  void shouldFindOutThatItWasReplacedAlsoWhereItsWordIsRefusedFirst(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Train slow =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              await(go);
              return 1;
            });
    HeldClock clock = new HeldClock();
    List<Consumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunClients clients = broker.clients("a", reference -> true, Duration.ofMinutes(30), clock);
      try (RunWorker zombie =
          new RunWorker(
              clients,
              List.of(slow),
              () -> {
                consumers.add(clients.consumer());
                return consumers.getLast();
              })) {
        zombie.start();
        broker.ask("r1");
        begun.await();
        clock.hold();
        go.countDown();
        clock.awaitReader();
        try (RunWorker successor =
            broker.worker("a", reference -> true, new Train(run -> "", run -> 2))) {
          broker.await("r1", "train");
          broker.readUntil(() -> sinceHeartbeat(consumers.getFirst()) > 5);
          clock.goOn();

          broker.readUntil(() -> zombie.state() == State.FAILED);
          assertThat(zombie.failure().orElseThrow().message()).contains("same instance name");
          assertThat(consumers).hasSize(1);
          assertThat(broker.results("r1", "train"))
              .extracting(result -> Evidence.of(result).path("value").asInt())
              .containsExactly(2);
          assertThat(successor.state()).isEqualTo(State.RUNNING);
        }
      }
    }
  }

  /** Seconds; a member that was shut out sends no more. */
  private static double sinceHeartbeat(Consumer<byte[], byte[]> consumer) {
    return consumer.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
        .max()
        .orElseThrow();
  }

  /** Whoever asks it for the time has to wait for as long as it is held. */
  private static final class HeldClock extends Clock {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean held;

    void hold() {
      held = true;
    }

    void awaitReader() throws InterruptedException {
      asked.await();
    }

    void goOn() {
      over.countDown();
    }

    @Override
    public Instant instant() {
      if (held) {
        asked.countDown();
        await(over);
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void shouldFailTheRunWithACode(KafkaCluster cluster) throws Exception {
    Train impossible =
        new Train(
            run -> "",
            run -> {
              throw new StepFailedException(ErrorCode.NO_TRAINING_ROWS, "no rows");
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, impossible)) {
      broker.ask("r1");

      RunStep end = broker.await("r1", "fail");
      assertThat(end.getCode()).isEqualTo("NO_TRAINING_ROWS");
      assertThat(Evidence.of(end).path("step").asText()).isEqualTo("train");
      assertThat(broker.await("r1", "train").getState()).isEqualTo("FAILED");
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldGiveUpAStepThatBreaksAgainAndAgain(KafkaCluster cluster) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    Train broken =
        new Train(
            run -> "",
            run -> {
              tried.incrementAndGet();
              throw new IllegalStateException("broken");
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, broken)) {
      broker.ask("r1");

      RunStep end = broker.await("r1", "fail");
      assertThat(end.getCode()).isEqualTo("STEP_CRASHED");
      assertThat(end.getMessage())
          .endsWith("the last time: java.lang.IllegalStateException: broken");
      assertThat(tried).hasValue(StepWriter.MOST_ATTEMPTS);
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldRefuseASecondRunWhileOneIsOpen(KafkaCluster cluster) throws Exception {
    Train train = new Train(run -> "", run -> 1);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      broker.ask("r2");

      assertThat(broker.await("r2", "fail").getCode()).isEqualTo("RUN_ALREADY_OPEN");
      assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldWaitOutANeighbourWithoutUsingUpItsAttempts(KafkaCluster cluster) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              if (tried.incrementAndGet() <= StepWriter.MOST_ATTEMPTS) {
                throw new UncheckedIOException(new NoSuchFileException("/store", null, "away"));
              }
              return 7;
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      RunStep done = broker.await("r1", "train");

      assertThat(done.getState()).isEqualTo("DONE");
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(Evidence.of(done).path("value").asInt()).isEqualTo(7);
      List<JsonNode> waits = waits(broker);
      assertThat(waits).hasSize(StepWriter.MOST_ATTEMPTS);
      assertThat(waits)
          .allSatisfy(
              wait -> {
                assertThat(wait.path("code").asText()).isEqualTo("STORE_UNAVAILABLE");
                assertThat(wait.path("message").asText()).contains("/store: away");
                assertThat(wait.path("since")).isEqualTo(waits.getFirst().path("since"));
              });
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldBlameTheStoreForWhatBreaksWhileItIsAway(KafkaCluster cluster) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              if (tried.incrementAndGet() <= StepWriter.MOST_ATTEMPTS) {
                throw new IllegalStateException("a query in the midst of it");
              }
              return 7;
            });
    RunStep transformed =
        RunStep.newBuilder(RunsTest.step("r1", "transform", StepState.DONE))
            .setOutputs(List.of(new ArtifactRef("manifest", "file:///manifest", "00", 1L)))
            .build();
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker =
            broker.worker(
                "a",
                reference -> {
                  throw new UncheckedIOException(new NoSuchFileException("/store", null, "away"));
                },
                train)) {
      broker.write(transformed);
      broker.ask("r1");
      RunStep done = broker.await("r1", "train");

      assertThat(done.getState()).isEqualTo("DONE");
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(waits(broker))
          .hasSize(StepWriter.MOST_ATTEMPTS)
          .allSatisfy(
              wait -> assertThat(wait.path("code").asText()).isEqualTo("STORE_UNAVAILABLE"));
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  /** A slow broker's answer has the first word, when the second has been written. */
  @Test
  void shouldTakeNoWordOfItsOwnForNewerThanTheOneBehindIt(KafkaCluster cluster) throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunClients clients = broker.clients("a", reference -> true, Duration.ofMinutes(30));
      try (RunWorker worker =
          new RunWorker(
              clients,
              List.of(new Train(run -> "", run -> done.incrementAndGet())),
              () ->
                  LateConsumer.of(
                      clients.consumer(),
                      word -> new String(word.key(), UTF_8).endsWith("/r1/train"),
                      answer))) {
        worker.start();
        broker.ask("r1");
        broker.readUntil(() -> done.get() == 1);
        for (int i = 0; i < 10 && broker.results("r1", "train").isEmpty(); i++) {
          broker.poll(); // time for a word that comes too early
        }
        answer.countDown();
        broker.await("r1", "train");
        broker.write(RunsTest.step("r1", "finish", StepState.DONE));
        broker.ask("r2");
        broker.await("r2", "train");

        assertThat(broker.words("r1", "train"))
            .extracting(RunStep::getState, RunStep::getAttempt)
            .containsExactly(tuple("RUNNING", 1), tuple("DONE", 1));
        assertThat(done).hasValue(2);
      }
    }
  }

  @Test
  void shouldGoOnWaitingWhereTheLastInstanceStopped(KafkaCluster cluster) throws Exception {
    Train away =
        new Train(
            run -> "",
            run -> {
              throw new RegistryUnavailableException("no answer");
            });
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunWorker first = broker.worker("a", reference -> true, away);
      broker.ask("r1");
      broker.readUntil(() -> !waits(broker).isEmpty());
      first.close();
      try (RunWorker second = broker.worker("a", reference -> true, away)) {
        int before = waits(broker).size();
        broker.readUntil(() -> waits(broker).size() > before);

        assertThat(waits(broker).getLast().path("since"))
            .isEqualTo(waits(broker).getFirst().path("since"));
        assertThat(second.state()).isEqualTo(State.RUNNING);
      }
      try (RunWorker third =
          broker.worker("a", reference -> true, new Train(run -> "", run -> 1))) {
        assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
        assertThat(third.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  private static List<JsonNode> waits(RunsBroker broker) {
    return broker.words("r1", "train").stream()
        .map(word -> Evidence.of(word).path("waiting"))
        .filter(JsonNode::isObject)
        .toList();
  }

  @Test
  void shouldEndTheRunWhenANeighbourStaysAway(KafkaCluster cluster) throws Exception {
    Train away =
        new Train(
            run -> "",
            run -> {
              throw new RegistryUnavailableException("no answer");
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, Duration.ofMillis(1500), away)) {
      broker.ask("r1");

      RunStep end = broker.await("r1", "fail");
      assertThat(end.getCode()).isEqualTo("REGISTRY_UNAVAILABLE");
      assertThat(end.getMessage()).startsWith("waited since ").endsWith(": no answer");
      assertThat(waits(broker)).isNotEmpty();
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldWorkOnOtherPipelinesWhileOneWaits(KafkaCluster cluster) throws Exception {
    Train train =
        new Train(
            run -> "",
            run -> {
              if (run.pipeline().equals("p")) {
                throw new RegistryUnavailableException("no answer");
              }
              return 1;
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      broker.readUntil(() -> !waits(broker).isEmpty());
      RunStep other = RunsTest.step("r2", "requested", StepState.DONE);
      other.setPipeline("q");
      broker.write(other);

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.results("r1", "train")).isEmpty();
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  /** What is done while nobody can be told is told later, and not done again. */
  @Test
  void shouldTellItsResultWhenTheBrokerIsBack(KafkaCluster cluster) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              await(go);
              return done.incrementAndGet();
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      begun.await();
      cluster.stopNodes(node -> true, TerminationStyle.GRACEFUL);
      go.countDown();
      broker.readUntil(() -> worker.state() == State.STARTING);
      cluster.startNodes(node -> true);

      RunStep result = broker.await("r1", "train");
      assertThat(result.getState()).isEqualTo("DONE");
      assertThat(result.getAttempt()).isEqualTo(1);
      assertThat(done).hasValue(1);
      broker.readUntil(() -> worker.state() == State.RUNNING);
      assertThat(broker.results("r1", "train")).hasSize(1);
    }
  }

  /** Its word on a step that is done meets the refusal, or its reading does. */
  @ParameterizedTest
  @EnumSource(
      value = AclOperation.class,
      names = {"READ", "WRITE"})
  void shouldWaitWhereItsTopicIsRefusedAndGoOnByItself(
      AclOperation operation,
      @BrokerConfig(
              name = "authorizer.class.name",
              value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
          @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
          KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              await(go);
              return done.incrementAndGet();
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train);
        Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      broker.ask("r1");
      begun.await();
      TopicAccess.deny(admin, ControlTopic.RUNS.name(), operation);
      go.countDown();
      broker.waitUntil(() -> ready(worker).contains("KAFKA_REFUSED"));
      assertThat(ready(worker)).contains(ControlTopic.RUNS.name());
      assertThat(worker.state()).isEqualTo(State.STARTING);

      TopicAccess.allow(admin, ControlTopic.RUNS.name());

      RunStep result = broker.await("r1", "train");
      assertThat(result.getState()).isEqualTo("DONE");
      assertThat(result.getAttempt()).isEqualTo(1);
      assertThat(done).hasValue(1);
      broker.write(RunsTest.step("r1", "finish", StepState.DONE));
      broker.ask("r2");
      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.results("r1", "train")).hasSize(1);
    }
  }

  /** What readiness says of a failure. */
  private static String ready(RunWorker worker) {
    return String.valueOf(
        worker.readiness(state -> true).getData().orElse(Map.of()).get("failure"));
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true; // as native code would: it goes on
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Due once a run is asked for; its result carries a number. */
  private record Train(Function<Run, String> print, Function<Run, Integer> value)
      implements StepWork {
    @Override
    public Step.Known step() {
      return Step.Known.TRAIN;
    }

    @Override
    public boolean isDue(Run run) {
      return run.hasDone(Step.Known.REQUESTED) && !run.hasDone(Step.Known.TRAIN);
    }

    @Override
    public String fingerprint(Run run) {
      return print.apply(run);
    }

    @Override
    public StepResult work(Run run, List<Run> earlier, Progress progress) {
      progress.report(Evidence.create().put("share", 0.5));
      int made = value.apply(run);
      return new StepResult(
          List.of(),
          List.of(new ArtifactRef("model", "file:///" + made, "00", 1L)),
          Evidence.create().put("value", made));
    }
  }
}
