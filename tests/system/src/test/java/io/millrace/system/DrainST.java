package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.fixtures.FreePort;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each service drains, whatever else it does; {@code DrainIT} of ingest says how. */
final class DrainST {
  private static final int BY_SIGTERM = 128 + 15;

  /** There are no neighbours: all of them are waited for. */
  @ParameterizedTest
  @EnumSource(Service.class)
  void shouldAskToLeaveAndNotBeReadyOnceToldToStop(Service service, @TempDir Path folder)
      throws Exception {
    int port = FreePort.any();
    Path log = folder.resolve("log");
    Process process = start(service, port, folder, log);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      RunningMillrace.await(
          service + " is live",
          () -> {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            return isLive(client, port);
          });
      assertThat(asksToLeave(get(client, port, "/v1/pipelines"))).isFalse();

      process.destroy();

      RunningMillrace.await(
          service + " drains",
          () -> get(client, port, "/q/health/ready").body().contains("DRAINING"));
      assertThat(get(client, port, "/q/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(client, port, "/q/health/live").statusCode()).isEqualTo(200);
      assertThat(asksToLeave(get(client, port, "/v1/pipelines"))).isTrue();
      process.destroy(); // in a hurry
      assertThat(process.waitFor()).isEqualTo(BY_SIGTERM);
      assertThat(Files.readString(log)).contains("drained, unanswered=0");
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Service service, int port, Path folder, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Installation.java());
    command.add("-Xmx" + service.heap());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dmillrace.drain.at-most=PT5M");
    command.add("-Dmillrace.drain.at-least=PT4M");
    command.add("-Dmillrace.state.dir=" + folder.resolve("state"));
    command.add("-Dmillrace.artifacts.root=" + folder.resolve("artifacts").toUri());
    command.add("-Dkafka.bootstrap.servers=localhost:1");
    command.add("-Dmillrace.registry.url=http://localhost:1");
    command.add("-Dmillrace.redis.url=redis://localhost:1");
    command.add("-Dquarkus.http.port=" + port);
    command.add("-jar");
    command.add(Installation.find().serviceJar(service).toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(Service.ENVIRONMENT);
    return builder.start();
  }

  private static boolean isLive(HttpClient client, int port) throws InterruptedException {
    try {
      return get(client, port, "/q/health/live").statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  private static HttpResponse<String> get(HttpClient client, int port, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + port + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static boolean asksToLeave(HttpResponse<String> answer) {
    return answer.headers().allValues("connection").contains("close");
  }
}
