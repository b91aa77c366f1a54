package io.millrace.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentsTest {
  private static final Ports PORTS = new Ports(0);

  @TempDir private Path folder;
  private Home home;
  private Components components;

  @BeforeEach
  void makeWhatIsLookedFor() throws IOException {
    home = new Home(folder.resolve("home"));
    Installation installation = new Installation(folder.resolve("tree"));
    file("tree/local/runtime/target/broker/kafka.jar");
    file("tree/local/runtime/target/registry/quarkus-run.jar");
    for (Service service : Service.values()) {
      file("tree/services/" + service.serviceName() + "/target/quarkus-app/quarkus-run.jar");
    }
    components = new Components(installation, home, PORTS, SystemClients.of(home, PORTS), 0);
  }

  @Test
  void shouldHaveEachJvmUnpackItsLibrariesBelowTheHome() {
    List<Component> jvms = new ArrayList<>();
    jvms.add(new Broker(components.installation(), home, PORTS).component());
    jvms.add(Registry.component(components.installation(), home, PORTS));
    for (Service service : Service.values()) {
      jvms.add(components.service(service, 1));
      jvms.add(components.service(service, 2));
    }

    for (Component jvm : jvms) {
      assertThat(jvm.launch().command())
          .containsSubsequence(
              Installation.java(), "-Djava.io.tmpdir=" + folder + "/home/unpacked/" + jvm.name());
    }
  }

  @Test
  void shouldEmptyThatFolderBeforeEachStart() throws IOException {
    // what a kill -9 leaves
    file("home/unpacked/validator/vertx-cache/file");
    Path others = file("home/unpacked/validator-2/librocksdbjni.so");

    components.service(Service.VALIDATOR, 1).preparation().prepare();

    assertThat(folder.resolve("home/unpacked/validator")).isEmptyDirectory();
    assertThat(others).exists();
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return Files.createFile(file);
  }
}
