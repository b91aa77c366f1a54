package io.millrace.local.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalSystem;
import io.millrace.local.Options;
import io.millrace.local.system.Components;
import io.millrace.local.terminal.CommandFailedException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemClientsTest {
  private static final Ports PORTS = new Ports(10_000);

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldReachItsOwnWhenTheHomeNamesNoOther() throws Exception {
    SystemClients clients = clients("millrace.streams.threads=2\n");

    assertThat(clients.areAllOwn()).isTrue();
    assertThat(clients.own())
        .isEqualTo(
            Map.of(
                "kafka.bootstrap.servers", "localhost:19092",
                "millrace.registry.url", "http://localhost:18080",
                "millrace.redis.url", "redis://localhost:16379"));
    assertThat(clients.kafka()).hasToString("localhost:19092");
    assertThat(clients.registry().url()).isEqualTo(URI.create("http://localhost:18080"));
  }

  @Test
  void shouldReachThoseThatTheHomeNamesByItsSettingsAndStartNone() throws Exception {
    Path kafka =
        Files.writeString(
            folder.resolve("kafka.properties"),
            "bootstrap.servers=kafka:9093\nsecurity.protocol=SASL_SSL\n");
    Path token = Files.writeString(folder.resolve("token"), "t0ken\n");
    SystemClients clients =
        clients(
            """
            millrace.kafka.config=%s
            millrace.registry.url=https://registry:8443
            millrace.registry.token-file=%s
            millrace.redis.url=rediss://redis:6380
            """
                .formatted(kafka, token));

    assertThat(clients.own()).isEmpty();
    assertThat(clients.kafka().connection())
        .isEqualTo(Map.of("bootstrap.servers", "kafka:9093", "security.protocol", "SASL_SSL"));
    assertThat(clients.registry().url()).isEqualTo(URI.create("https://registry:8443"));
    assertThat(clients.registry().authorization().get()).contains("Bearer t0ken");
    assertThat(components(clients).infrastructure()).isEmpty();
    assertThat(components(clients).infrastructurePorts()).isEmpty();
  }

  @Test
  void shouldKeepItsOwnBesideOneThatTheHomeNames() throws Exception {
    SystemClients clients = clients("kafka.bootstrap.servers=kafka:9092\n");

    assertThat(clients.areAllOwn()).isFalse();
    assertThat(clients.own()).containsOnlyKeys("millrace.registry.url", "millrace.redis.url");
    assertThat(clients.kafka()).hasToString("kafka:9092");
    assertThat(components(clients).infrastructurePorts().values())
        .containsExactly("registry", "the registry's management", "redis");
  }

  @Test
  void shouldLeaveServicesTheArtifactStoreThatTheHomeNames() throws Exception {
    Path jar = folder.resolve("services/trainer/target/quarkus-app/quarkus-run.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    SystemClients own = clients("");
    SystemClients named = clients("millrace.artifacts.root=s3://models/flights\n");

    assertThat(own.areAllOwn()).isTrue();
    assertThat(roots(own))
        .containsExactly(folder.resolve("home/data/artifacts").toUri().toString() + "/");
    assertThat(named.areAllOwn()).isFalse();
    assertThat(roots(named)).isEmpty();
  }

  private List<String> roots(SystemClients clients) {
    String root = "-Dmillrace.artifacts.root=";
    return components(clients).service(Service.TRAINER, 1).launch().command().stream()
        .filter(argument -> argument.startsWith(root))
        .map(argument -> argument.substring(root.length()))
        .toList();
  }

  @Test
  void shouldSayWhichFileOfASettingIsMissing() throws Exception {
    SystemClients clients =
        clients(
            """
            millrace.kafka.config=/no/such/kafka.properties
            millrace.registry.url=https://registry:8443
            millrace.registry.trust.store=/no/such/ca.pem
            """);

    assertThatThrownBy(clients::kafka)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("/no/such/kafka.properties");
    assertThatThrownBy(clients::registry)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("/no/such/ca.pem");
  }

  @Test
  void shouldStartNothingAfreshOnWhatIsNotItsOwn() throws Exception {
    assertThat(clients("millrace.redis.url=redis://redis:6379\n").areAllOwn()).isFalse();

    assertThatThrownBy(
            () ->
                LocalSystem.start(
                    folder.resolve("home"), PORTS.base(), Options.everything().withFreshData()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageEndingWith("can't be emptied: no fresh start");
  }

  private SystemClients clients(String settings) throws Exception {
    Home home = new Home(folder.resolve("home"));
    Files.writeString(home.config("application.properties"), settings);
    return SystemClients.of(home, PORTS);
  }

  private Components components(SystemClients clients) {
    return new Components(
        new Installation(folder), new Home(folder.resolve("home")), PORTS, clients, 0);
  }
}
