package io.millrace.local.replay;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.apply.Applier;
import io.millrace.local.apply.PipelineSource;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.replay.files.Dialect;
import io.millrace.local.replay.files.TimeRange;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays the events of a folder. */
@Command(
    name = "replay",
    description = "Replay files of events (Parquet, CSV, JSON lines) in event-time order.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was sent, and followed unless --no-wait was given",
      "1:failed, with one line that says why",
      "2:wrong usage",
      "3:more events were quarantined than --max-quarantined allows"
    },
    footer = {
      "",
      "The folder holds pipeline.yaml and data/<stream>.parquet (or .csv, .jsonl, .ndjson, .json,",
      "these also as .gz) for each stream; the file is applied first. A row that is not whole, a value",
      "that does not fit its field, and a file without the id, the time, a required field or the",
      "label's fields stop the replay before the first event, with file, line and field; another",
      "missing value stays missing."
    })
public final class Replay implements Callable<Integer> {
  private static final int TOO_MANY_QUARANTINED = 3;
  private static final Duration APPLY_TIMEOUT = Duration.ofMinutes(5);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(
      paramLabel = "PATH",
      description = "The folder, its pipeline file, or one file of its data.")
  private Path path;

  @Option(
      names = "--speed",
      paramLabel = "SPEED",
      defaultValue = "max",
      converter = Speed.Form.class,
      description = "max (as fast as the system follows; default), or a multiple: 60x, 1x.")
  private Speed speed = new Speed.Max();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = TimeForm.class,
      description = "First event time: 2001-01-15 or 2001-01-15T08:00:00Z.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = TimeForm.class,
      description = "Event times before this one only.")
  private @Nullable Instant to;

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      description = "Replay into this pipeline as it was applied; the folder's file is not read.")
  private @Nullable String pipeline;

  @Option(names = "--no-apply", description = "Do not apply the pipeline file first.")
  private boolean noApply;

  @Option(names = "--no-wait", description = "Return when all is sent, not when all is processed.")
  private boolean noWait;

  @Option(
      names = "--max-lag",
      paramLabel = "N",
      defaultValue = "40000",
      description =
          "At full speed: most records the services may have before them (default: 40000).")
  private long maxLag;

  @Option(
      names = "--delimiter",
      paramLabel = "CHARACTER",
      converter = DelimiterForm.class,
      description =
          "Between the cells of CSV files, tab for a tabulator (default: the one of , ; tab and |"
              + " under which the header names the id and the time).")
  private @Nullable Character delimiter;

  @Option(
      names = "--missing",
      paramLabel = "TEXT",
      split = ",",
      description = "What stands for a missing value in CSV files, besides nothing: NA,?,-")
  private Set<String> missing = Set.of();

  @Option(
      names = "--max-quarantined",
      paramLabel = "PERCENT",
      defaultValue = "1%",
      converter = Percent.Form.class,
      description = "Exit code 3 when a greater part of the events was refused (default: 1%%).")
  private Percent maxQuarantined = new Percent(BigDecimal.ONE);

  @Override
  public Integer call() {
    if (which.isInCluster()) {
      ReplayFolder folder = ReplayFolder.of(path);
      return which.runInCluster(
          pipeline == null
              ? folder.parcel(PipelineSource.read(folder.pipelineFile()).pipeline())
              : folder.parcel(),
          ToolMemory.WITH_EVENTS);
    }
    PrintWriter out = spec.commandLine().getOut();
    RunningSystem system = which.system().noticing(spec.commandLine().getErr());
    ReplayFolder folder = ReplayFolder.of(path);
    AppliedPipeline applied = AppliedPipeline.require(system, pipeline(folder, system, out));
    ReplayRun run =
        new ReplayRun(
            system,
            applied,
            folder.files(applied.pipeline()),
            new Dialect(Optional.ofNullable(delimiter), missing),
            new TimeRange(Optional.ofNullable(from), Optional.ofNullable(to)),
            speed,
            maxLag,
            !noWait,
            out);
    Summary summary = run.run();
    out.print(summary.text());
    out.flush();
    return summary
        .counted()
        .map(counted -> exitCode(summary, counted.quarantined(), applied.pipeline().name()))
        .orElse(0);
  }

  private int exitCode(Summary summary, Quarantined refused, String name) {
    if (!maxQuarantined.isExceeded(refused.total(), summary.events())) {
      return 0;
    }
    spec.commandLine()
        .getErr()
        .printf(
            "more than %s of the events were quarantined: they are in the topic %s, with the reasons in their headers%n",
            maxQuarantined, DataTopic.QUARANTINE.of(name));
    return TOO_MANY_QUARANTINED;
  }

  private String pipeline(ReplayFolder folder, RunningSystem system, PrintWriter out) {
    if (pipeline != null) {
      return pipeline;
    }
    PipelineSource source = PipelineSource.read(folder.pipelineFile());
    if (!noApply) {
      new Applier(system, out).apply(source, APPLY_TIMEOUT);
    }
    return source.pipeline().name();
  }
}
