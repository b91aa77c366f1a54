package io.millrace.local.removal;

import io.millrace.contracts.pipeline.Purge;
import io.millrace.local.running.SystemOption;
import io.millrace.local.running.Timespan;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a pipeline whole. */
@Command(
    name = "delete",
    description = "Remove a pipeline whole: its file, events, models and all that was made.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it is removed, now or before",
      "1:it is not, with the code and one line that says why"
    },
    footer = {
      "",
      "It shows what there is and asks first. Gone are its topics, consumer groups and",
      "schemas, its state on the services' disks and in the online store, and what was",
      "said of its parts, runs, models, metrics and alerts. The files of parts and models",
      "are removed by what removes files that nothing refers to. Topics of your own that a",
      "stream names stay as they are. What was begun goes on without this command, and a",
      "second one follows it."
    })
public final class Delete implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "NAME", description = "The pipeline.")
  private String pipeline;

  @Option(
      names = "--keep-data",
      description = "Keep parts, runs and models, for the same name applied again.")
  private boolean keepData;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = Timespan.class,
      description = "How long to wait until it is done (default: 5m).")
  private Duration timeout = Duration.ofMinutes(5);

  @Override
  public Integer call() {
    return Removing.run(
        spec.commandLine(),
        which,
        pipeline,
        keepData ? Purge.DELETE_KEEPING_DATA : Purge.DELETE,
        yes,
        timeout);
  }
}
