package io.millrace.messaging.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers on a real broker: whatever happens to them, a step has one result. */
@ExtendWith(KafkaClusterExtension.class)
class RunWorkerIT {
  @Test
  void shouldDoAStepOnceAndSkipItWhenNothingHasChanged(KafkaCluster cluster) throws Exception {
    AtomicInteger done = new AtomicInteger();
    Train train = new Train(run -> "same", run -> done.incrementAndGet());
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
      broker.write(RunSteps.step("r1", "finish", StepState.DONE));
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
      broker.write(RunSteps.step("r1", "finish", StepState.DONE));
      broker.ask("r2");

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(done).hasValue(2);
      assertThat(worker.state()).isEqualTo(State.RUNNING);
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

  /** The broker here reads only the partitions that there were. */
  @Test
  void shouldEndARunWhereItWasAskedForThoughTheTopicGotMorePartitions(KafkaCluster cluster)
      throws Exception {
    AtomicInteger done = new AtomicInteger();
    Train train = new Train(run -> "", run -> done.incrementAndGet());
    try (RunsBroker broker = new RunsBroker(cluster)) {
      broker.ask("r1");
      broker.grow("p");

      try (RunWorker worker = broker.worker("a", reference -> true, train)) {
        assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
        assertThat(done).hasValue(1);
        assertThat(worker.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  /** As of a pipeline that is deleted or begins again. */
  @Test
  void shouldSayNothingOfARunThatWasTakenBackMeanwhile(KafkaCluster cluster) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train held = Train.held(begun, mayEnd, done::incrementAndGet);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, held)) {
      broker.ask("r1");
      begun.await();
      broker.readUntil(() -> broker.words("r1", "train").size() == 2); // with its progress

      broker.takeBack("r1", "requested", 5);
      broker.ask("r2", 5);
      broker.readUntil(() -> !broker.words("r2", "train").isEmpty());
      mayEnd.countDown();

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.results("r1", "train")).isEmpty();
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  /** By a service that was slow, or by an earlier instance: it would hold up all runs to come. */
  @Test
  void shouldNotGoByAWordOfAnEarlierLifeThatComesLate(KafkaCluster cluster) throws Exception {
    Train train = new Train(run -> "", run -> 1);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.takeBack("r1", "requested", 5);
      broker.ask("r1");
      broker.ask("r2", 5);

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.words("r1", "train")).isEmpty();
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
  void shouldInterruptAStepAtWorkAndWaitForItWhenItIsClosed(KafkaCluster cluster) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Train held =
        new Train(
            run -> "",
            run -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              Train.await(mayEnd); // gives back what it holds
              return ended.incrementAndGet();
            });
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunWorker worker = broker.worker("a", reference -> true, held);
      broker.ask("r1");
      begun.await();

      Thread closer = Thread.ofPlatform().start(worker::close);
      assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(closer.isAlive()).isTrue();
      mayEnd.countDown();
      closer.join();

      assertThat(ended).hasValue(1);
      assertThat(broker.results("r1", "train")).as("left to the next start").isEmpty();
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
        broker.write(RunSteps.step("r1", "finish", StepState.DONE));
        broker.ask("r2");
        broker.await("r2", "train");

        assertThat(broker.words("r1", "train"))
            .extracting(RunStep::getState, RunStep::getAttempt)
            .containsExactly(tuple("RUNNING", 1), tuple("DONE", 1));
        assertThat(done).hasValue(2);
      }
    }
  }
}
