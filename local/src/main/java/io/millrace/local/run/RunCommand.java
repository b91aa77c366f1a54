package io.millrace.local.run;

import io.millrace.contracts.control.RunStep;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.running.Timespan;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for a run of a pipeline, and follows it to its verdict. */
@Command(
    name = "run",
    description = "Train a model from the rows that there are, and put it live if it is better.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the model is live",
      "1:it was refused or the run failed, with the code and one line that says why"
    },
    footer = {
      "",
      "The steps: transform (rows frozen, constants found), train, evaluate, refit",
      "when the pipeline asks for it, finish. A step whose inputs and parameters are",
      "those of an earlier run is skipped. One run of a pipeline goes on at a time.",
      "Ctrl-C stops the watching, not the run."
    })
public final class RunCommand implements Callable<Integer> {
  private static final int WHOLE = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "NAME", description = "The pipeline.")
  private String pipeline;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "15m",
      converter = Timespan.class,
      description = "How long to follow it (default: 15m).")
  private Duration timeout = Duration.ofMinutes(15);

  @Override
  public Integer call() {
    if (which.isInCluster()) {
      return which.runInCluster(Parcel.EMPTY, ToolMemory.USUAL);
    }
    PrintWriter out = spec.commandLine().getOut();
    RunningSystem system = which.system().noticing(spec.commandLine().getErr());
    try (RunLog log = new RunLog(system, pipeline)) {
      String run = RunRequest.send(system, pipeline);
      out.println("Run " + run + " of " + pipeline);
      out.flush();
      RunReport report = new RunReport(log.await(run, PATIENCE));
      try (Progress progress = Progress.on(out, "run", WHOLE)) {
        follow(log, report, progress);
      }
      report.verdict().forEach(out::println);
      out.flush();
      return report.isLive() ? 0 : 1;
    }
  }

  private void follow(RunLog log, RunReport report, Progress progress) {
    long deadline = System.nanoTime() + timeout.toNanos();
    int shown = 0;
    while (!report.isOver()) {
      for (RunStep step : log.poll()) {
        Optional<String> line = report.accept(step);
        line.ifPresent(progress::line);
      }
      progress.step(report.percent() - shown);
      shown = report.percent();
      progress.note(report.note());
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException(
            "the run goes on, but not within %d s: %s; ./millrace status shows what is up"
                .formatted(timeout.toSeconds(), report.note()));
      }
    }
  }
}
