package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Installation;
import io.millrace.local.process.Launch;
import io.millrace.local.process.ServiceProcess;
import io.millrace.messaging.clients.KafkaClients;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker with SASL_SSL and SCRAM-SHA-512, Redis with TLS and a password, and a registry behind
 * TLS with a token, as processes. The broker has a second listener, for its operator alone.
 */
final class SecuredNeighbours implements AutoCloseable {
  static final String USER = "flights-user";

  private final Path folder;
  private final Certificates certificates;
  private final Secrets secrets;
  private final int portBase;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final TlsDoor registryDoor;

  /**
   * What they want to hear.
   *
   * @param store the password of the servers' key store
   */
  record Secrets(String store, String redis, String registry) {}

  /** Starts them, and waits for none of them. */
  SecuredNeighbours(Path folder, Certificates certificates, Secrets secrets, int portBase)
      throws Exception {
    this.folder = Files.createDirectories(folder);
    this.certificates = certificates;
    this.secrets = secrets;
    this.portBase = portBase;
    startBroker();
    startRedis();
    startRegistry();
    this.registryDoor =
        new TlsDoor(
            portBase + 8443,
            certificates.serverStore(),
            secrets.store(),
            URI.create("http://localhost:" + (portBase + 8080)),
            secrets.registry());
  }

  String bootstrapServers() {
    return "localhost:" + (portBase + 9092);
  }

  URI redis() {
    return URI.create("rediss://localhost:" + (portBase + 6379));
  }

  URI registry() {
    return URI.create("https://localhost:" + (portBase + 8443));
  }

  /** How many requests the registry has got with the token. */
  long registryRequests() {
    return registryDoor.passed();
  }

  List<Path> logs() {
    return processes.stream().map(ServiceProcess::log).toList();
  }

  /** Gives the user another password, as its operator does. */
  void setKafkaPassword(String password) throws Exception {
    try (Admin operator = KafkaClients.at("localhost:" + (portBase + 9094)).admin()) {
      RunningMillrace.await(
          "the broker takes a password",
          () -> {
            assertThat(processes).allMatch(ServiceProcess::isAlive);
            try {
              operator
                  .alterUserScramCredentials(
                      List.of(
                          new UserScramCredentialUpsertion(
                              USER,
                              new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                              password)))
                  .all()
                  .get();
              return true;
            } catch (java.util.concurrent.ExecutionException e) {
              return false;
            }
          });
    }
  }

  private void startBroker() throws Exception {
    Installation installation = Installation.find();
    Path server =
        Files.writeString(
            folder.resolve("broker.properties"),
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:%2$d
            controller.listener.names=CONTROLLER
            listeners=SECURED://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,OPERATOR://127.0.0.1:%3$d
            advertised.listeners=SECURED://localhost:%1$d,OPERATOR://localhost:%3$d
            listener.security.protocol.map=SECURED:SASL_SSL,CONTROLLER:PLAINTEXT,OPERATOR:PLAINTEXT
            inter.broker.listener.name=OPERATOR
            sasl.enabled.mechanisms=SCRAM-SHA-512
            listener.name.secured.scram-sha-512.sasl.jaas.config=\
              org.apache.kafka.common.security.scram.ScramLoginModule required;
            ssl.keystore.type=PKCS12
            ssl.keystore.location=%4$s
            ssl.keystore.password=%5$s
            ssl.key.password=%5$s
            log.dirs=%6$s
            auto.create.topics.enable=false
            default.replication.factor=1
            min.insync.replicas=1
            log.message.timestamp.type=LogAppendTime
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=4
            group.initial.rebalance.delay.ms=0
            """
                .formatted(
                    portBase + 9092,
                    portBase + 9093,
                    portBase + 9094,
                    certificates.serverStore(),
                    secrets.store(),
                    folder.resolve("broker-log")));
    Path format = folder.resolve("format.log");
    int formatted =
        new ProcessBuilder(
                Installation.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                installation.brokerClassPath(),
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                "millrace-secured",
                "--config",
                server.toString())
            .redirectErrorStream(true)
            .redirectOutput(format.toFile())
            .start()
            .waitFor();
    assertThat(formatted).as(Files.readString(format)).isZero();
    start(
        "broker",
        9092,
        List.of(
            Installation.java(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            installation.brokerClassPath(),
            "kafka.Kafka",
            server.toString()));
  }

  private void startRedis() throws Exception {
    Path executable = folder.resolve("redis-server");
    Files.copy(Installation.find().redisServer(), executable, StandardCopyOption.REPLACE_EXISTING);
    assertThat(executable.toFile().setExecutable(true)).isTrue();
    Path config =
        Files.writeString(
            folder.resolve("redis.conf"),
            """
            bind 127.0.0.1
            port 0
            tls-port %d
            tls-cert-file %s
            tls-key-file %s
            tls-ca-cert-file %s
            tls-auth-clients no
            requirepass %s
            save ""
            """
                .formatted(
                    portBase + 6379,
                    certificates.serverPem(),
                    certificates.serverKeyPem(),
                    certificates.authorityPem(),
                    secrets.redis()));
    start("redis", 6379, List.of(executable.toString(), config.toString()));
  }

  private void startRegistry() throws Exception {
    start(
        "registry",
        8080,
        List.of(
            Installation.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            "-Dapicurio.datasource.url=jdbc:h2:mem:registry",
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + (portBase + 8080),
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + (portBase + 8090),
            "-jar",
            Installation.find().registryJar().toString()));
  }

  private void start(String name, int port, List<String> command) {
    processes.add(
        new Launch(name, portBase + port, command, folder, folder.resolve(name + ".log"))
            .start(List.of()));
  }

  @Override
  public void close() {
    processes.reversed().forEach(process -> process.stop(Duration.ofSeconds(30)));
    registryDoor.close();
  }
}
