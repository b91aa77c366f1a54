package io.millrace.ingest;

import io.millrace.fixtures.FreePort;
import io.millrace.fixtures.TemporaryFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A real Apicurio Registry, unpacked by the build, with its memory in a folder. */
final class RegistryProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private final JavaProcess process;
  private final String url;

  private final Optional<TemporaryFolder> own;

  private RegistryProcess(JavaProcess process, String url, Optional<TemporaryFolder> own) {
    this.process = process;
    this.url = url;
    this.own = own;
  }

  /** With a memory of its own; returns once it is ready. */
  static RegistryProcess start() {
    TemporaryFolder own = new TemporaryFolder("registry");
    return start(FreePort.any(), own.path(), Optional.of(own));
  }

  /** Remembers what an earlier one left in the same folder; returns once it is ready. */
  static RegistryProcess start(int port, Path memory) {
    return start(port, memory, Optional.empty());
  }

  private static RegistryProcess start(int port, Path memory, Optional<TemporaryFolder> own) {
    int management = FreePort.any();
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
                String.valueOf(management),
                "apicurio.rest.deletion.artifact.enabled",
                "true",
                "apicurio.datasource.url",
                "jdbc:h2:file:" + memory.resolve("registry") + ";WRITE_DELAY=0"));
    Http.awaitStatus(
        "http://localhost:" + management + "/health/ready", 200, process, START_TIMEOUT);
    return new RegistryProcess(process, "http://localhost:" + port, own);
  }

  String url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
    own.ifPresent(TemporaryFolder::close);
  }
}
