package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code kubectl} in one namespace. */
record Kubectl(String namespace) {
  static final ObjectMapper JSON = new ObjectMapper();

  /** How a command ended. */
  record Ended(int exitCode, String output, String errors) {}

  /** Runs a command, gives what it printed, and requires that it succeeds. */
  String run(String... arguments) throws IOException, InterruptedException {
    Ended ended = tryTo("", arguments);
    assertThat(ended.exitCode())
        .as("kubectl %s: %s%s", String.join(" ", arguments), ended.output(), ended.errors())
        .isZero();
    return ended.output();
  }

  /** Applies a manifest. */
  void apply(JsonNode manifest) throws IOException, InterruptedException {
    Ended ended = tryTo(manifest.toString(), "apply", "-f", "-");
    assertThat(ended.exitCode()).as(ended.errors()).isZero();
  }

  JsonNode get(String... what) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("get", "-o", "json"));
    arguments.addAll(List.of(what));
    return JSON.readTree(run(arguments.toArray(String[]::new)));
  }

  /** Posts JSON to a Service through the API server. */
  JsonNode post(String service, String path, String body) throws Exception {
    Ended ended = tryTo(body, "create", "-f", "-", "--raw", proxy(service, path));
    assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isZero();
    return JSON.readTree(ended.output());
  }

  /** Asks a Service through the API server. */
  String ask(String service, String path) throws Exception {
    return run("get", "--raw", proxy(service, path));
  }

  /** Where the API server passes on to a Service. */
  String proxy(String service, String path) {
    return "/api/v1/namespaces/%s/services/%s:http/proxy%s".formatted(namespace, service, path);
  }

  Ended tryTo(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl", "-n", namespace));
    command.addAll(List.of(arguments));
    Path in = Files.createTempFile("kubectl", ".in");
    Path out = Files.createTempFile("kubectl", ".out");
    Path err = Files.createTempFile("kubectl", ".err");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(8, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("it does not end: " + String.join(" ", command));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.deleteIfExists(in);
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Duration patience, Condition condition) throws Exception {
    Instant giveUp = Instant.now().plus(patience);
    while (!condition.holds()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(500);
    }
  }
}
