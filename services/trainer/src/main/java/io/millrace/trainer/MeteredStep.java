package io.millrace.trainer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A step whose progress is a metric too: {@code millrace.trainer.share} of a pipeline's step. */
final class MeteredStep implements StepWork {
  private final StepWork work;
  private final MeterRegistry meters;
  private final Map<String, Double> shares = new ConcurrentHashMap<>();

  MeteredStep(StepWork work, MeterRegistry meters) {
    this.work = work;
    this.meters = meters;
  }

  @Override
  public Step.Known step() {
    return work.step();
  }

  @Override
  public boolean isDue(Run run) {
    return work.isDue(run);
  }

  @Override
  public String fingerprint(Run run) throws IOException, InterruptedException {
    return work.fingerprint(run);
  }

  @Override
  public StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException {
    String pipeline = run.pipeline();
    shares.put(pipeline, 0.0);
    Gauge.builder("millrace.trainer.share", () -> shares.getOrDefault(pipeline, 0.0))
        .description("how much of the newest training is done")
        .tag("pipeline", pipeline)
        .tag("step", step().text())
        .register(meters);
    StepResult result =
        work.work(
            run,
            earlier,
            evidence -> {
              shares.put(pipeline, evidence.path("share").asDouble());
              progress.report(evidence);
            });
    shares.put(pipeline, 1.0);
    return result;
  }
}
