package io.millrace.messaging.runs;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.runs.Step;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** Due once a run is asked for; its result carries a number. */
record Train(Function<Run, String> print, Function<Run, Integer> value) implements StepWork {
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

  /** Says that it has begun, and has its number once it may go on. */
  static Train held(CountDownLatch begun, CountDownLatch go, IntSupplier number) {
    return new Train(
        run -> "",
        run -> {
          begun.countDown();
          await(go);
          return number.getAsInt();
        });
  }

  /** Whatever interrupts it. */
  static void await(CountDownLatch latch) {
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
}
