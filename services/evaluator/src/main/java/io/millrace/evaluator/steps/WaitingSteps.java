package io.millrace.evaluator.steps;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The steps that wait for the trainer or are being done by it, over the runs of all pipelines. The
 * trainer itself isn't asked, as it may not be there.
 */
@ApplicationScoped
public class WaitingSteps {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Runs runs = new Runs();
  private final Follower follower;
  private final ConsumerLoop loop;
  private CompletableFuture<Void> read;

  @Inject
  public WaitingSteps(KafkaClients kafka, SchemaCache schemas) {
    ControlReader<RunStep> steps = new ControlReader<>(ControlTopic.RUNS, schemas);
    this.follower =
        new Follower(
            List.of(ControlTopic.RUNS.name()),
            record -> steps.read(record, this::accept, this::forget));
    this.read = follower.whenCaughtUp();
    this.loop = follower.loop("waiting-steps", kafka);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  @PreDestroy
  void stop() {
    loop.close();
  }

  private void accept(RunStep step) {
    synchronized (runs) {
      runs.accept(step);
    }
  }

  private void forget(String pipeline) {
    synchronized (runs) {
      runs.forget(pipeline);
    }
  }

  /**
   * Of all that has been said when this is called. For one caller at a time.
   *
   * @throws ProblemException when the broker does not tell within a few seconds
   */
  int count() {
    if (read.isDone()) {
      read = follower.whenCaughtUp();
    }
    try {
      read.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "the broker has not told within %d s what became of the runs"
              .formatted(PATIENCE.toSeconds()));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    synchronized (runs) {
      return count(runs);
    }
  }

  /** A run waits for one step at a time. */
  static int count(Runs runs) {
    return (int)
        runs.pipelines().stream()
            .flatMap(pipeline -> runs.of(pipeline).stream())
            .filter(WaitingSteps::isTheTrainersTurn)
            .count();
  }

  /** From the end of the step before until the trainer's is done or the run is over. */
  private static boolean isTheTrainersTurn(Run run) {
    RunFiles made = new RunFiles(run);
    boolean train = run.hasDone(Step.Known.TRANSFORM) && !run.hasDone(Step.Known.TRAIN);
    boolean refit = run.hasDone(Step.Known.EVALUATE) && made.wantsRefit() && !made.wasRefit();
    return run.isOpen() && (train || refit);
  }
}
