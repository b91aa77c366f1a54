package io.millrace.ingest;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The packaged service as a process of its own. */
final class IngestProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private final JavaProcess process;
  private final String url;

  private IngestProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Returns once it is alive; whether it is ready is another question. */
  static IngestProcess start(String bootstrapServers, String registryUrl) {
    return start(bootstrapServers, registryUrl, Map.of());
  }

  static IngestProcess start(
      String bootstrapServers, String registryUrl, Map<String, String> settings) {
    int port = JavaProcess.freePort();
    Map<String, String> properties = new HashMap<>(settings);
    properties.putAll(
        Map.of(
            "quarkus.http.host",
            "127.0.0.1",
            "quarkus.http.port",
            String.valueOf(port),
            "kafka.bootstrap.servers",
            bootstrapServers,
            "millrace.registry.url",
            registryUrl,
            "millrace.ingest.allowed-topics",
            "my\\..*"));
    JavaProcess process =
        JavaProcess.start(
            "ingest", Path.of("target/quarkus-app/quarkus-run.jar"), "256m", properties);
    String url = "http://localhost:" + port;
    Http.awaitStatus(url + "/q/health/live", 200, process, START_TIMEOUT);
    return new IngestProcess(process, url);
  }

  IngestProcess awaitReady() {
    Http.awaitStatus(url + "/q/health/ready", 200, process, START_TIMEOUT);
    return this;
  }

  int port() {
    return URI.create(url).getPort();
  }

  void terminate() {
    process.terminate();
  }

  int awaitEnd() throws InterruptedException {
    return process.awaitEnd();
  }

  Http http() {
    return new Http(url);
  }

  String log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
  }
}
