package io.millrace.local.retention;

import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.terminal.CommandFailedException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is kept of a pipeline, and lets go of what nothing refers to. */
@Command(
    name = "retention",
    description = "Show which files of pipelines are kept and why, and which would go.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, with the code and one line that says why",
      "3:done in part: what is held or failed is named"
    },
    footer = {
      "",
      "How long what is kept stands under spec.retention of the pipeline's file. The",
      "transformer lets the rest go by itself each six hours, unless its setting",
      "millrace.retention.enabled is false; with --collect it does so at once."
    })
public final class RetentionCommand implements Callable<Integer> {
  private static final int IN_PART = 3;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The pipeline; without it all that were ever applied.")
  private @Nullable String pipeline;

  @Option(names = "--dry-run", description = "Only show it; so it is without --collect, too.")
  private boolean dryRun;

  @Option(names = "--collect", description = "Remove what nothing refers to, now.")
  private boolean collect;

  @Override
  public Integer call() {
    if (collect && dryRun) {
      throw new ParameterException(
          spec.commandLine(), "--dry-run and --collect contradict each other");
    }
    if (which.isInCluster()) {
      return which.runInCluster(Parcel.EMPTY, ToolMemory.USUAL);
    }
    PrintWriter out = spec.commandLine().getOut();
    PipelineApi.Answer answer = ask(which.system().noticing(spec.commandLine().getErr()));
    if (!answer.isOk()) {
      throw new CommandFailedException(
          "%s: %s"
              .formatted(
                  answer.body().path("code").asText("HTTP " + answer.status()),
                  answer.body().path("detail").asText("no reason given")));
    }
    RetentionTable table = new RetentionTable(answer.body());
    table.lines().forEach(out::println);
    out.flush();
    return table.hasFailed() || (collect && table.isHeld()) ? IN_PART : 0;
  }

  private PipelineApi.Answer ask(RunningSystem system) {
    List<URI> instances = system.instances(Service.TRANSFORMER);
    CommandFailedException failure = new CommandFailedException("no transformer is known");
    for (URI instance : instances) {
      try {
        return ask(new PipelineApi(instance));
      } catch (CommandFailedException e) {
        failure = e; // another instance does the same
      }
    }
    throw failure;
  }

  private PipelineApi.Answer ask(PipelineApi api) {
    if (pipeline == null) {
      return collect ? api.collect() : api.retention();
    }
    return collect ? api.collect(pipeline) : api.retention(pipeline);
  }
}
