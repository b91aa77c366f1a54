package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code ./millrace} against a release in the cluster, as a user runs it. */
record Tool(String namespace) {
  private static final Path ROOT = Installation.find().root();

  /** How a command ended. */
  record Ended(int exitCode, String out, String err) {}

  /** Runs a command and requires that it succeeds. */
  String run(String... arguments) throws IOException, InterruptedException {
    Ended ended = tryTo(arguments);
    assertThat(ended.exitCode())
        .as("%s%n%s%n%s", String.join(" ", arguments), ended.out(), ended.err())
        .isZero();
    return ended.out();
  }

  /** Runs it in the background. */
  CompletableFuture<String> start(String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(arguments);
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().name("millrace").start(task));
  }

  /**
   * Replays days of the flights in the background.
   *
   * @param speed such as 720x: a day in two minutes, about 540 events a second
   */
  CompletableFuture<String> replay(LocalDate from, LocalDate to, String speed) {
    return start(
        "replay",
        "examples/flights",
        "--from",
        from.toString(),
        "--to",
        to.toString(),
        "--speed",
        speed);
  }

  /** Everything that went in against everything that came out. */
  JsonNode requireExact(String pipeline) throws Exception {
    Ended ended = tryTo("reconcile", pipeline, "--json");
    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    System.out.println(ended.out());
    return Kubectl.JSON.readTree(ended.out());
  }

  Ended tryTo(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("millrace").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--context", "", "--namespace", namespace));
    Path out = Files.createTempFile("millrace", ".out");
    Path err = Files.createTempFile("millrace", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(ROOT.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(40, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(
            "it does not end: " + command + Files.readString(out) + Files.readString(err));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }
}
