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
    description = "Show which files of a pipeline are kept and why, and which would go.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed, with the code and one line that says why"},
    footer = {
      "",
      "How long what is kept stands under spec.retention of the pipeline's file. Files",
      "go only where millrace.retention.enabled is set for the transformer, which it",
      "is not unless somebody does: then each six hours, or at once with --collect."
    })
public final class RetentionCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "NAME", description = "The pipeline.")
  private String pipeline;

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
    RetentionTable.lines(answer.body()).forEach(out::println);
    out.flush();
    return 0;
  }

  private PipelineApi.Answer ask(RunningSystem system) {
    List<URI> instances = system.instances(Service.TRANSFORMER);
    CommandFailedException failure = new CommandFailedException("no transformer is known");
    for (URI instance : instances) {
      try {
        PipelineApi api = new PipelineApi(instance);
        return collect ? api.collect(pipeline) : api.retention(pipeline);
      } catch (CommandFailedException e) {
        failure = e; // another instance does the same
      }
    }
    throw failure;
  }
}
