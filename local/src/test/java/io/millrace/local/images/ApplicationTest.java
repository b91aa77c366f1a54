package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path root;

  @SuppressWarnings("NullAway.Init")
  private Installation installation;

  @BeforeEach
  void build() throws IOException {
    installation = new Installation(root);
    for (String file :
        List.of(
            "quarkus-run.jar",
            "quarkus-app-dependencies.txt",
            "app/millrace-serving-1.0.jar",
            "quarkus/generated-bytecode.jar",
            "quarkus/quarkus-application.dat",
            "lib/boot/io.quarkus.runner-3.jar",
            "lib/main/org.a.one-1.jar",
            "lib/main/io.millrace.millrace-contracts-1.0.jar")) {
      write("services/serving/target/quarkus-app/" + file, "");
    }
    write("services/serving/target/bom.json", "{}");
    write("local/target/bom.json", "{}");
    write("local/target/millrace-local-1.0-SNAPSHOT.jar", "");
    write(
        "local/target/class-path", "/repository/one-1.jar:/tree/target/millrace-contracts-1.0.jar");
  }

  @Test
  void shouldPartALibraryFromTheServicesOwnCode() {
    Application serving = Application.of(Service.SERVING, installation);

    assertThat(serving.libraries())
        .extracting(ImageFile::target)
        .containsExactly("/app/lib/boot/io.quarkus.runner-3.jar", "/app/lib/main/org.a.one-1.jar");
    assertThat(serving.code())
        .extracting(ImageFile::target)
        .containsExactly(
            "/app/app/millrace-serving-1.0.jar",
            "/app/lib/main/io.millrace.millrace-contracts-1.0.jar",
            "/app/quarkus-run.jar",
            "/app/quarkus/generated-bytecode.jar",
            "/app/quarkus/quarkus-application.dat");
  }

  @Test
  void shouldListenOnEveryAddressAndWriteToOneFolder() {
    Application serving = Application.of(Service.SERVING, installation);

    assertThat(serving.port()).hasValue(Service.SERVING.port());
    assertThat(serving.environment())
        .containsEntry("QUARKUS_HTTP_HOST", "0.0.0.0")
        .containsEntry("MILLRACE_STATE_DIR", "/var/lib/millrace/state")
        .containsAllEntriesOf(Service.ENVIRONMENT);
  }

  @Test
  void shouldTellNobodyOfWhatItRuns() {
    assertThat(Application.of(Service.SERVING, installation).environment())
        .containsEntry("ORT_DISABLE_TELEMETRY", "1");
    assertThat(Application.ofCommandLine(installation, root).environment())
        .containsEntry("ORT_DISABLE_TELEMETRY", "1");
  }

  @Test
  void shouldKeepTheOrderOfTheCommandLinesClassPath() throws IOException {
    Application cli = Application.ofCommandLine(installation, root);

    assertThat(cli.libraries()).extracting(ImageFile::target).containsExactly("/app/lib/one-1.jar");
    assertThat(cli.code())
        .extracting(ImageFile::target)
        .containsExactly(
            "/app/lib/millrace-local-1.0-SNAPSHOT.jar",
            "/app/lib/millrace-contracts-1.0.jar",
            "/app/class-path");
    assertThat(cli.code().getLast().source())
        .hasContent(
            "-cp\n/app/lib/millrace-local-1.0-SNAPSHOT.jar:/app/lib/one-1.jar:/app/lib/millrace-contracts-1.0.jar\n");
    assertThat(cli.launch()).endsWith("@/app/class-path", "io.millrace.local.Millrace");
  }

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
