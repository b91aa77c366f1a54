package io.millrace.local.removal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.local.apply.Applier;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Has ingest remove a pipeline, or all but its file, and follows that to its end. */
final class Removing {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ACCEPTED = 202;

  private final PipelineApi ingest;
  private final String pipeline;
  private final Purge purge;
  private final PrintWriter out;
  private final BufferedReader in;

  /**
   * @param in where the answer comes from
   */
  Removing(PipelineApi ingest, String pipeline, Purge purge, PrintWriter out, BufferedReader in) {
    this.ingest = ingest;
    this.pipeline = pipeline;
    this.purge = purge;
    this.out = out;
    this.in = in;
  }

  /** A command. */
  static int run(
      CommandLine command,
      SystemOption which,
      String pipeline,
      Purge purge,
      boolean yes,
      Duration timeout) {
    if (which.isInCluster()) {
      if (!yes) {
        throw new CommandFailedException(
            "nobody can be asked in the cluster, where the command runs: say --yes");
      }
      return which.runInCluster(Parcel.EMPTY, ToolMemory.USUAL);
    }
    RunningSystem system = which.system();
    PrintWriter out = command.getOut();
    PipelineApi ingest =
        new PipelineApi(
            system.instances(Service.INGEST).stream()
                .findFirst()
                .orElseThrow(() -> new CommandFailedException("ingest does not run")));
    Removing removing =
        new Removing(
            ingest,
            pipeline,
            purge,
            out,
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    long begin = System.nanoTime();
    int version = removing.remove(yes, timeout);
    if (purge.beginsAgain()) {
      Duration left = timeout.minusNanos(System.nanoTime() - begin);
      new Applier(system, out).awaitRunning(pipeline, version, left);
    }
    return 0;
  }

  /**
   * Shows what is removed, asks, and waits until it is.
   *
   * @return the version that follows
   * @throws CommandFailedException when it is refused, by ingest or by the answer, or is not done
   *     in time
   */
  int remove(boolean yes, Duration timeout) {
    PipelineApi.Answer before = taken(ingest.removal(pipeline));
    JsonNode now = before.body();
    if (now.path("gone").asBoolean()) {
      if (purge.beginsAgain()) {
        throw new CommandFailedException(
            "UNKNOWN_PIPELINE: %s was deleted; apply its file instead".formatted(pipeline));
      }
      boolean isKept = Purge.named(now.path("kept").asText()).filter(Purge::keepsData).isPresent();
      if (!isKept || purge.keepsData()) {
        say(
            "%s is deleted already, and %s"
                .formatted(
                    pipeline,
                    isKept
                        ? "its parts, runs and models are kept; without --keep-data they go as well"
                        : "nothing is left of it"));
        return now.path("version").asInt();
      }
      say("%s was deleted with --keep-data".formatted(pipeline));
    }
    if (now.path("purge").asText("").equals(purge.name())) {
      say("%s is being %s already".formatted(pipeline, done()));
    } else {
      show(taken(ingest.belongings(pipeline)).body());
      if (!yes) {
        confirm();
      }
    }
    PipelineApi.Answer answer =
        Applier.taken(this::ask, PATIENCE, out); // a neighbour may just have started
    if (!answer.isOk()) {
      throw new CommandFailedException(refusal(answer));
    }
    return answer.status() == ACCEPTED ? follow(timeout) : answer.body().path("version").asInt();
  }

  private PipelineApi.Answer ask() {
    return switch (purge) {
      case DELETE -> ingest.delete(pipeline, false);
      case DELETE_KEEPING_DATA -> ingest.delete(pipeline, true);
      case RESET -> ingest.reset(pipeline, false);
      case RESET_KEEPING_MODELS -> ingest.reset(pipeline, true);
    };
  }

  private String done() {
    return purge.beginsAgain() ? "reset" : "deleted";
  }

  private void show(JsonNode has) {
    JsonNode facts = has.path("facts");
    List<String> gone = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    gone.add(
        "%d topics with all their records, %d consumer groups"
            .formatted(has.path("topics").size(), has.path("groups").size()));
    gone.add("the services' state, and what the online store has of it");
    (purge.keepsData() ? kept : gone)
        .add(
            "what was said of its parts (%d) and runs (%d)"
                .formatted(count(facts, "datasets"), count(facts, "runs")));
    (purge.keepsModels() ? kept : gone)
        .add("what was said of its models (%d)".formatted(count(facts, "models")));
    gone.add(
        "its metrics (%d), drift (%d) and alerts (%d)"
            .formatted(count(facts, "metrics"), count(facts, "drift"), count(facts, "alerts")));
    (purge.beginsAgain() ? kept : gone)
        .add(
            "its file in all versions (%d) and %d schemas"
                .formatted(count(facts, "pipelines"), has.path("schemas").size()));
    say("To %s %s removes".formatted(purge.beginsAgain() ? "reset" : "delete", pipeline));
    gone.forEach(what -> say("  " + what));
    if (!kept.isEmpty()) {
      say("and keeps");
      kept.forEach(what -> say("  " + what));
    }
    has.path("foreignTopics")
        .forEach(topic -> say("Your topic %s stays as it is.".formatted(topic.asText())));
  }

  private void confirm() {
    out.printf("Type %s to go on: ", pipeline);
    out.flush();
    try {
      String answer = in.readLine();
      if (answer == null) {
        out.println();
        throw new CommandFailedException(
            "nothing was removed: nobody answers here; say --yes to remove it without being asked");
      }
      if (!answer.strip().equals(pipeline)) {
        throw new CommandFailedException("nothing was removed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int follow(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    String last = "";
    try (Progress progress = Progress.on(out, purge.beginsAgain() ? "reset" : "delete", 1)) {
      while (true) {
        PipelineApi.Answer answer = now();
        JsonNode now = answer.body();
        if (answer.isOk() && now.path("state").asText().equals("DONE")) {
          progress.step(1);
          summary(now.path("removed")).forEach(progress::line);
          return now.path("version").asInt();
        }
        String state = answer.isOk() ? text(now) : refusal(answer);
        if (!state.equals(last)) {
          progress.line(state);
          last = state;
        }
        if (System.nanoTime() > deadline) {
          throw new CommandFailedException(
              "%s is not %s within %d s, but that goes on: %s"
                  .formatted(pipeline, done(), timeout.toSeconds(), state));
        }
        Pause.of(BETWEEN_LOOKS);
      }
    }
  }

  /** One that is killed meanwhile is waited for. */
  private PipelineApi.Answer now() {
    try {
      return ingest.removal(pipeline);
    } catch (CommandFailedException away) {
      return new PipelineApi.Answer(0, MissingNode.getInstance());
    }
  }

  private List<String> summary(JsonNode removed) {
    List<String> lines = new ArrayList<>();
    lines.add(
        removed.isMissingNode()
            ? "%s is %s".formatted(pipeline, done())
            : "%s is %s: %d topics, %d groups, %d facts, %d schemas are gone"
                .formatted(
                    pipeline,
                    done(),
                    removed.path("topics").asInt(),
                    removed.path("groups").asInt(),
                    removed.path("facts").asInt(),
                    removed.path("schemas").asInt()));
    if (!removed.path("schemasLeft").isEmpty()) {
      lines.add(
          ("The registry lets nobody remove schemas and keeps %d: a file of this name must fit them."
                  + " apicurio.rest.deletion.artifact.enabled=true lets them be removed.")
              .formatted(removed.path("schemasLeft").size()));
    }
    return lines;
  }

  private static String text(JsonNode now) {
    if (now.has("failure")) {
      return "%s, tried again: %s"
          .formatted(now.at("/failure/code").asText(), now.at("/failure/message").asText());
    }
    if (now.has("waitsFor")) {
      List<String> groups = new ArrayList<>();
      now.path("waitsFor").fieldNames().forEachRemaining(groups::add);
      return "waiting until they let go of it: " + String.join(", ", groups);
    }
    return now.has("step") ? "removing " + now.path("step").asText() : "begun";
  }

  private PipelineApi.Answer taken(PipelineApi.Answer answer) {
    if (!answer.isOk()) {
      throw new CommandFailedException(refusal(answer));
    }
    return answer;
  }

  private static String refusal(PipelineApi.Answer answer) {
    if (answer.status() == 0) {
      return "ingest does not answer";
    }
    JsonNode problem = answer.body();
    return problem.path("code").asText("HTTP " + answer.status())
        + ": "
        + problem.path("detail").asText("ingest gave no reason");
  }

  private static int count(JsonNode facts, String topic) {
    for (var entry : facts.properties()) {
      if (entry.getKey().endsWith("." + topic)) {
        return entry.getValue().asInt();
      }
    }
    return 0;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
