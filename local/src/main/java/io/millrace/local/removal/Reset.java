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

/** Removes all of a pipeline but its file. */
@Command(
    name = "reset",
    description =
        "Begin a pipeline again: all that it has read and made is removed, its file stays.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it has begun again, and every service runs it",
      "1:it has not, with the code and one line that says why"
    },
    footer = {
      "",
      "For when wrong events were sent: afterwards the same ids can be sent again, and the",
      "clock is where it was at the beginning. It shows what there is and asks first. Gone",
      "are events, ids, state, features, parts, runs, models with their aliases, metrics",
      "and alerts; a model that has learned from wrong events is no better than they are.",
      "A topic of your own that a stream names stays as it is, and is read again from its",
      "beginning. What was begun goes on without this command, and a second one follows it."
    })
public final class Reset implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "NAME", description = "The pipeline.")
  private String pipeline;

  @Option(
      names = "--keep-models",
      description =
          "Keep the models and their aliases: what is live answers again once it is reset.")
  private boolean keepModels;

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
        keepModels ? Purge.RESET_KEEPING_MODELS : Purge.RESET,
        yes,
        timeout);
  }
}
