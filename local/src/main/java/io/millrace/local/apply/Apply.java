package io.millrace.local.apply;

import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.running.Timespan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Applies a pipeline file. */
@Command(
    name = "apply",
    description = "Apply a pipeline file, and wait until the services run it.",
    mixinStandardHelpOptions = true)
public final class Apply implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "PATH", description = "The file, or a folder with pipeline.yaml.")
  private Path path;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = Timespan.class,
      description = "How long to wait until it runs (default: 5m).")
  private Duration timeout = Duration.ofMinutes(5);

  @Override
  public Integer call() {
    PipelineSource source = PipelineSource.read(path);
    if (which.isInCluster()) {
      return which.runInCluster(source.parcel(), ToolMemory.USUAL);
    }
    RunningSystem system = which.system();
    new Applier(system, spec.commandLine().getOut()).apply(source, timeout);
    return 0;
  }
}
