package io.millrace.local.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Applies a file to a running system. */
public final class Applier {
  private static final List<Service> RUN_PIPELINES =
      List.of(Service.VALIDATOR, Service.TRANSFORMER, Service.SERVING, Service.MONITOR);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int UNAVAILABLE = 503;

  private final RunningSystem system;
  private final PrintWriter out;

  public Applier(RunningSystem system, PrintWriter out) {
    this.system = system;
    this.out = out;
  }

  /**
   * Has the file accepted and waits until every instance of validator, transformer, serving and
   * monitor runs it.
   *
   * @return the version that runs
   * @throws CommandFailedException when it is refused or does not run in time
   */
  public int apply(PipelineSource source, Duration timeout) {
    String name = source.pipeline().name();
    PipelineApi api = new PipelineApi(ingest());
    PipelineApi.Answer answer = taken(() -> api.put(name, source.yaml()), PATIENCE, out);
    if (!answer.isOk()) {
      throw new CommandFailedException(refusal(source, answer));
    }
    int version = answer.body().path("version").asInt();
    out.printf("%s: version %d%s%n", name, version, answer.status() == 201 ? "" : " (unchanged)");
    out.flush();
    awaitRunning(name, version, timeout);
    return version;
  }

  /** Sends again what is asked to be sent again: a neighbour is away, or has just started. */
  public static PipelineApi.Answer taken(
      Supplier<PipelineApi.Answer> request, Duration patience, PrintWriter out) {
    long deadline = System.nanoTime() + patience.toNanos();
    PipelineApi.Answer answer = request.get();
    if (answer.status() == UNAVAILABLE) {
      out.printf(
          "%s: %s; sent again for %d s at most%n",
          code(answer), answer.body().path("detail").asText(), patience.toSeconds());
      out.flush();
    }
    while (answer.status() == UNAVAILABLE && System.nanoTime() < deadline) {
      Pause.of(BETWEEN_LOOKS);
      answer = request.get();
    }
    return answer;
  }

  private URI ingest() {
    return system.instances(Service.INGEST).stream()
        .findFirst()
        .orElseThrow(() -> new CommandFailedException("ingest does not run"));
  }

  /**
   * Waits until every instance of validator, transformer, serving and monitor runs a version.
   *
   * @throws CommandFailedException when one does not in time
   */
  public void awaitRunning(String name, int version, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<URI> waiting = new ArrayList<>();
    for (Service service : RUN_PIPELINES) {
      List<URI> instances = system.instances(service);
      if (instances.isEmpty()) {
        out.printf("nobody was asked whether %s runs it%n", service.serviceName());
      }
      waiting.addAll(instances);
    }
    try (Progress progress = Progress.on(out, "Waiting", waiting.size())) {
      while (true) {
        int before = waiting.size();
        waiting.removeIf(instance -> runs(instance, name, version));
        progress.step(before - waiting.size());
        if (waiting.isEmpty()) {
          break;
        }
        progress.note("until " + waiting + " run it");
        if (System.nanoTime() > deadline) {
          throw new CommandFailedException(
              "%s version %d does not run after %d s at %s; see the logs in %s"
                  .formatted(
                      name,
                      version,
                      timeout.toSeconds(),
                      waiting,
                      system.home().folder().resolve("logs")));
        }
        Pause.of(BETWEEN_LOOKS);
      }
    }
    out.printf("%s: version %d runs%n", name, version);
    out.flush();
  }

  private static boolean runs(URI instance, String name, int version) {
    JsonNode body = new PipelineApi(instance).get(name).body();
    if (body.path("state").asText().equals("FAILED") && body.path("version").asInt() == version) {
      throw new CommandFailedException(
          "%s version %d has failed at %s; see its log".formatted(name, version, instance));
    }
    return body.path("state").asText().equals("RUNNING") && body.path("version").asInt() >= version;
  }

  static String refusal(PipelineSource source, PipelineApi.Answer answer) {
    JsonNode problem = answer.body();
    StringBuilder text =
        new StringBuilder("%s is refused (%s)".formatted(source.file(), code(answer)));
    boolean listed = false;
    for (String list : List.of("problems", "conflicts")) {
      for (JsonNode one : problem.path(list)) {
        listed = true;
        String where =
            one.has("line") ? "line " + one.path("line").asInt() : one.path("artifact").asText();
        String what =
            one.has("message") ? one.path("message").asText() : one.path("reason").asText();
        String field =
            one.has("field")
                ? "field " + one.path("field").asText() + ": "
                : PipelineSource.at(one.path("path").asText());
        text.append("%n  %s: %s%s".formatted(where, field, what));
        if (!one.path("fix").asText().isBlank()) {
          text.append("%n    fix: %s".formatted(one.path("fix").asText()));
        }
      }
    }
    return listed ? text.toString() : text + ": " + problem.path("detail").asText();
  }

  private static String code(PipelineApi.Answer answer) {
    return answer.body().path("code").asText(String.valueOf(answer.status()));
  }
}
