package io.millrace.local.demo;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.apply.Applier;
import io.millrace.local.apply.PipelineSource;
import io.millrace.local.machine.Service;
import io.millrace.local.replay.DirectedReplay;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import io.millrace.messaging.lag.BrokerOffsets;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Plays the demo on a system that runs and is empty. */
public final class DemoRun {
  private static final Duration APPLY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Supplier<RunningSystem> systems;
  private final RunningSystem system;
  private final DemoScript script;
  private final PrintWriter out;

  /**
   * @param systems the system as it is at the time
   */
  public DemoRun(Supplier<RunningSystem> systems, DemoScript script, PrintWriter out) {
    this.systems = systems;
    this.system = systems.get();
    this.script = script;
    this.out = out;
  }

  /**
   * What was there before would be counted with what the demo sends.
   *
   * @throws CommandFailedException when one of the streams has events, or had
   */
  public static void requireUntouched(RunningSystem system, DemoScript script) {
    Pipeline pipeline = PipelineSource.read(script.folder()).pipeline();
    try (Admin admin = system.kafka().admin()) {
      BrokerOffsets offsets = new BrokerOffsets(admin, PATIENCE);
      Set<TopicPartition> partitions =
          offsets.partitions(pipeline.streams().values().stream().map(pipeline::topicOf).toList());
      if (offsets.ends(partitions, IsolationLevel.READ_UNCOMMITTED).values().stream()
          .anyMatch(end -> end > 0)) {
        throw new CommandFailedException(
            "the system has events of %s already, and the demo counts all that there are"
                .formatted(pipeline.name()));
      }
    }
  }

  /**
   * Applies, replays, and finds out what happened.
   *
   * @param once whether the replay ends when the loop has closed
   */
  public DemoReport play(boolean once) {
    long begin = System.nanoTime();
    PipelineSource source = PipelineSource.read(script.folder());
    new Applier(system, out).apply(source, APPLY_TIMEOUT);
    AppliedPipeline applied = AppliedPipeline.require(system, source.pipeline().name());
    Pipeline pipeline = applied.pipeline();
    String metric =
        pipeline
            .monitor()
            .decay()
            .map(d -> d.metric().name())
            .orElse("AUC")
            .toLowerCase(java.util.Locale.ROOT);
    Story story = new Story(pipeline.name(), metric, script.switchAt());
    AtomicReference<@Nullable Progress> shown = new AtomicReference<>();
    Questions.Tally questions;
    DirectedReplay replay =
        new DirectedReplay(system, applied, script.folder(), script.from(), script.to());
    DirectedReplay.End end;
    try (Questions asking = new Questions(pipeline, system.instances(Service.SERVING).getFirst());
        ControlFeed feed =
            new ControlFeed(
                system.kafka(),
                system.schemas(),
                event -> story.accept(event).ifPresent(line -> say(shown.get(), line)))) {
      DemoDirector director =
          new DemoDirector(
              new CodeSwitch(script, pipeline),
              CodeSwitch.examples(pipeline),
              asking,
              story,
              script,
              () -> {
                feed.requireAlive();
                return once && story.isRecovered();
              });
      end =
          replay.send(
              director,
              script.mostLag(),
              events -> {
                Progress progress = Progress.on(out, "Replaying", events);
                shown.set(progress);
                return progress;
              });
      shown.set(null);
      questions = asking.tally();
    }
    try (Progress progress = Progress.on(out, "Following", DirectedReplay.HOPS)) {
      replay.settle(progress);
    }
    double played = (System.nanoTime() - begin) / 1e9;
    out.printf("%,d events in %.0f s; checking what happened%n", end.events(), played);
    out.flush();
    DemoReport report =
        new Audit(system, applied, script, this::note).report(questions, skipped(pipeline));
    report.json().put("playedSeconds", played);
    report.json().put("auditedSeconds", (System.nanoTime() - begin) / 1e9 - played);
    return report;
  }

  private long skipped(Pipeline pipeline) {
    // it may have been started anew since
    return systems.get().instances(Service.SERVING).stream()
        .mapToLong(
            instance ->
                new PipelineApi(instance)
                    .get(pipeline.name())
                    .body()
                    .at("/counts/skipped")
                    .asLong())
        .sum();
  }

  private void note(String what) {
    out.println("  " + what);
    out.flush();
  }

  private void say(@Nullable Progress progress, String line) {
    if (progress != null) {
      progress.line(line);
    } else {
      out.println(line);
      out.flush();
    }
  }
}
