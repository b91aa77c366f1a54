package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.messaging.clients.Neighbour.Answer;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClientsTest {
  @TempDir Path folder;

  @Test
  void shouldReachABrokerOnThisMachineWhenNothingIsSaid() {
    KafkaClients clients = clients(Map.of(), Map.of());

    assertThat(clients.connection()).isEqualTo(Map.of("bootstrap.servers", "localhost:9092"));
  }

  @Test
  void shouldPassEveryPropertyOnWhereverItIsSet() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("client.properties"),
            """
            bootstrap.servers=file:1
            security.protocol=SASL_SSL
            sasl.jaas.config=org.example.Module required password="s3cret";
            """);

    KafkaClients clients =
        clients(
            Map.of("millrace.kafka.config", file.toString(), "kafka.ssl.truststore.type", "PEM"),
            Map.of("KAFKA_BOOTSTRAP_SERVERS", "env:1", "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"));

    assertThat(clients.connection())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "env:1",
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "ssl.truststore.type", "PEM",
                "sasl.jaas.config", "org.example.Module required password=\"s3cret\";"));
  }

  @Test
  void shouldTakeABrokerWhoseNameHasNoAddressForAway() {
    assertThat(KafkaClients.at("no-such-host.invalid:9092").ask())
        .isInstanceOfSatisfying(
            Answer.Away.class,
            away -> assertThat(away.reason()).contains("No resolvable bootstrap urls"));
    assertThat(new KafkaClients(Map.of("security.protocol", "SECRET")).ask())
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void shouldNameNoSecretInItsText() {
    assertThat(new KafkaClients(Map.of("bootstrap.servers", "a:1", "ssl.key.password", "s3cret")))
        .hasToString("a:1");
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    Map<String, String> settings = Map.of("millrace.kafka.config", "/no/such/file");

    assertThatThrownBy(() -> clients(settings, Map.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("millrace.kafka.config: /no/such/file");
  }

  private static KafkaClients clients(Map<String, String> properties, Map<String, String> env) {
    SmallRyeConfig config = config(properties, env);
    return KafkaClients.of(config.getConfigMapping(ClientSettings.class).kafka(), config);
  }

  static SmallRyeConfig config(Map<String, String> properties, Map<String, String> env) {
    return new SmallRyeConfigBuilder()
        .withMapping(ClientSettings.class)
        .withSources(
            new PropertiesConfigSource(properties, "properties", 100),
            new EnvConfigSource(env, 300))
        .build();
  }
}
