package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalSystem;
import io.millrace.local.Options;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.registry.ApicurioRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import io.millrace.messaging.topics.NewTopics;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The system as the fault tests use it: one child is killed and started again. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LocalSystemST {
  private static final int PORT_BASE = 10_500;
  private static final Schema SCHEMA =
      SchemaBuilder.record("Kept").fields().requiredLong("id").endRecord();

  @TempDir Path home;

  @Test
  void shouldKeepTopicsAndSchemaIdsWhenProcessesAreKilledAndStartedAgain() throws Exception {
    try (LocalSystem system = LocalSystem.start(home, PORT_BASE, Options.infrastructureOnly())) {
      // Given a topic and a schema
      try (Admin admin = admin(system)) {
        NewTopics.create(admin, List.of(new NewTopic("kept", 4, (short) 1)));
      }
      ApicurioRegistry registry =
          new ApicurioRegistry(URI.create("http://localhost:" + system.ports().registry()));
      Registration.Accepted accepted =
          (Registration.Accepted) registry.register("kept-value", SCHEMA);

      // When
      long pid = system.process("broker").pid();
      system.kill9("broker");
      system.kill9("registry");
      assertThat(system.process("broker").hasDied()).as("it was asked to").isFalse();
      system.restart("broker");
      system.restart("registry");

      // Then
      assertThat(system.process("broker").pid()).isNotEqualTo(pid);
      try (Admin admin = admin(system)) {
        assertThat(admin.listTopics().names().get()).contains("kept");
      }
      assertThat(registry.schema(accepted.id())).contains(SCHEMA);
    }
  }

  @Test
  void shouldStartNothingWhenAPortIsBusy() throws Exception {
    try (ServerSocket busy = new ServerSocket(PORT_BASE + 6379)) {
      assertThat(busy.isBound()).isTrue();
      assertThatThrownBy(() -> LocalSystem.start(home, PORT_BASE, Options.infrastructureOnly()))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageStartingWith("port " + (PORT_BASE + 6379) + ", which redis needs, is in use");
    }
  }

  private static Admin admin(LocalSystem system) {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, system.bootstrapServers()));
  }
}
