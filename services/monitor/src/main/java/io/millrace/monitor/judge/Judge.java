package io.millrace.monitor.judge;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.monitor.policy.RetrainPolicy;
import io.millrace.monitor.policy.Trouble;
import io.millrace.monitor.verdicts.Closing.Progress;
import io.millrace.monitor.verdicts.Verdict;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.monitor.windows.JudgeMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in what is counted and what is known, and says what follows from it. */
final class Judge {
  private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

  private final JudgePlan plan;
  private final Speaker speaker;
  private final Words words;
  private final WindowBook book;
  private final EventTime eventTime;
  private final RunFacts facts;
  private final AlertBoard alerts;
  private final Instant began;
  private Instant lastArrival;
  private Instant lastPrediction;
  private long predictions;

  Judge(JudgePlan plan, Memory memory, PartitionCells cells, Speaker speaker, Instant now) {
    this.plan = plan;
    this.speaker = speaker;
    this.words = new Words(plan.runnable().name(), plan.closing().windows());
    this.facts = new RunFacts(plan, memory);
    this.book = new WindowBook(plan, memory, cells, version -> facts.facts().version(version));
    this.eventTime = new EventTime(memory);
    this.alerts = new AlertBoard(plan, memory, speaker);
    this.began = now;
    this.lastArrival = now;
    this.lastPrediction = alerts.isUp(ErrorCode.NO_TRAFFIC) ? Instant.EPOCH : now;
    this.predictions = book.predictions();
  }

  void accept(JudgeMessage message, Instant now) {
    boolean news =
        switch (message) {
          case JudgeMessage.Snapshot snapshot -> book.accept(snapshot, eventTime.both());
          case JudgeMessage.Passed passed -> {
            eventTime.accept(passed);
            yield true;
          }
          case JudgeMessage.Idle idle -> {
            eventTime.accept(idle);
            yield false;
          }
        };
    if (news) {
      lastArrival = now;
    }
  }

  void accept(String key, JudgeInput.Fact fact) {
    facts.accept(key, fact, eventTime.both());
  }

  void accept(JudgeInput.Purged purged) {
    facts.accept(purged);
  }

  /** Says what is new. */
  void speak(Instant now) {
    boolean idle = Duration.between(lastArrival, now).compareTo(plan.idle()) >= 0;
    Progress progress =
        new Progress(
            eventTime.predictions(),
            eventTime.labels(),
            idle,
            ChronoUnit.MICROS.between(Instant.EPOCH, now));
    book.update(progress).ifPresent(from -> sayWindows(from, now));
    book.forget(progress);
    long counted = book.predictions();
    if (counted > predictions) {
      lastPrediction = now;
    }
    predictions = counted;
    List<Trouble> troubles =
        facts.facts().champion().map(live -> troubles(live.version())).orElse(List.of());
    alerts.show(plan.alerts().of(facts.facts(), troubles, lastPrediction, now), now);
    RetrainPolicy.hanging(facts.facts(), began, now, plan.runTimeout())
        .ifPresent(run -> end(run, now));
    plan.policy()
        .decide(facts.facts(), troubles, facts.askedAt(), eventTime.both())
        .ifPresent(
            request -> {
              LOG.info("run={} requested: {}", request.run(), request.evidence());
              write(
                  step(request.run(), Step.Known.REQUESTED, now)
                      .setEvidence(request.evidence().toString())
                      .build());
            });
  }

  private List<Trouble> troubles(int live) {
    return plan.troubles().of(live, book.first(live), book.windows());
  }

  /** A window that has changed also counts for the verdicts on those behind it. */
  private void sayWindows(long from, Instant now) {
    SortedMap<Long, WindowNumbers> windows = book.windows();
    Map<Integer, SortedMap<Long, Verdict>> verdicts = new HashMap<>();
    for (WindowNumbers window : windows.tailMap(from).values()) {
      window
          .versions()
          .forEach(
              (version, numbers) -> {
                Verdict verdict =
                    verdicts
                        .computeIfAbsent(
                            version,
                            v -> plan.decayRule().judge(v, book.first(v), windows.values()))
                        .getOrDefault(window.start(), new Verdict.Open());
                speaker.say(words.of(window, version, numbers, verdict), now);
              });
      window.distances().forEach(distance -> speaker.say(words.of(window, distance), now));
    }
  }

  private void end(Run run, Instant now) {
    String last = run.steps().values().stream().toList().getLast().getStep();
    LOG.warn("run={} step={} code={}", run.id(), last, ErrorCode.RUN_TIMED_OUT);
    write(
        step(run.id(), Step.Known.FAIL, now)
            .setState(StepState.FAILED.name())
            .setPipelineVersion(run.pipelineVersion())
            .setCode(ErrorCode.RUN_TIMED_OUT.name())
            .setMessage("nothing was heard of it for " + plan.runTimeout())
            .setEvidence(Evidence.create().put("step", last).toString())
            .build());
  }

  private RunStep.Builder step(String run, Step.Known step, Instant now) {
    return RunStep.newBuilder()
        .setPipeline(plan.runnable().name())
        .setRun(run)
        .setStep(step.text())
        .setState(StepState.DONE.name())
        .setPipelineVersion(plan.runnable().version())
        .setBy(plan.by())
        .setAt(now);
  }

  /** What was written counts at once; it comes again through the topic and changes nothing. */
  private void write(RunStep step) {
    byte[] wire = speaker.say(step).value();
    facts.accept(
        speaker.key(step.getRun(), step.getStep()),
        new JudgeInput.Fact(JudgeInput.RUNS, wire),
        eventTime.both());
  }
}
