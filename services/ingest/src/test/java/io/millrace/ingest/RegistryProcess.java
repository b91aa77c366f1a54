package io.millrace.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A real Apicurio Registry, unpacked by the build, that keeps everything in memory. */
final class RegistryProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private final JavaProcess process;
  private final String url;

  private RegistryProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Returns once it is ready. */
  static RegistryProcess start(int port) {
    int management = JavaProcess.freePort();
    JavaProcess process =
        JavaProcess.start(
            "registry",
            Path.of("target/registry/quarkus-run.jar"),
            "256m",
            Map.of(
                "quarkus.http.host",
                "127.0.0.1",
                "quarkus.http.port",
                String.valueOf(port),
                "quarkus.management.host",
                "127.0.0.1",
                "quarkus.management.port",
                String.valueOf(management)));
    Http.awaitStatus(
        "http://localhost:" + management + "/health/ready", 200, process, START_TIMEOUT);
    return new RegistryProcess(process, "http://localhost:" + port);
  }

  String url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
  }
}
