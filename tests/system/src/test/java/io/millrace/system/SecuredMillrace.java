package io.millrace.system;

import io.millrace.local.LocalSystem;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.process.Launch;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.system.Component;
import io.millrace.local.system.Components;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A system whose neighbours all want secrets, which it has by settings alone; those that it starts
 * with are wrong.
 */
final class SecuredMillrace implements AutoCloseable {
  private static final int PORT_BASE = 21_000;

  private static final String KAFKA = "kafka-4cd1right";
  private static final String KAFKA_AT_FIRST = "kafka-77e0other";
  private static final String STORE = "store-b19aright";
  private static final SecuredNeighbours.Secrets RIGHT =
      new SecuredNeighbours.Secrets(STORE, "redis-e33fright", "token-90acright");
  private static final String WRONG_PASSWORD = "redis-5d21wrong";
  private static final String WRONG_TOKEN = "token-1c08wrong";

  /** Right ones and wrong ones. */
  static final List<String> SECRETS =
      List.of(
          KAFKA,
          KAFKA_AT_FIRST,
          STORE,
          RIGHT.redis(),
          RIGHT.registry(),
          WRONG_PASSWORD,
          WRONG_TOKEN);

  private final Path folder;
  private final Home home;
  private final SecuredNeighbours neighbours;
  private final ServiceProcess untrusting;
  private final CompletableFuture<LocalSystem> starting;

  SecuredMillrace(Path folder) throws Exception {
    this.folder = folder;
    Certificates certificates = new Certificates(folder.resolve("certificates"), STORE);
    Certificates others = new Certificates(folder.resolve("others"), STORE);
    neighbours =
        new SecuredNeighbours(folder.resolve("neighbours"), certificates, RIGHT, PORT_BASE);
    secret("redis-password", WRONG_PASSWORD);
    secret("registry-token", WRONG_TOKEN);
    secret("store-password", STORE);
    secret(
        "kafka.properties",
        """
        bootstrap.servers=%s
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
          username="%s" password="%s";
        ssl.truststore.type=PKCS12
        ssl.truststore.location=%s
        ssl.truststore.password=%s
        """
            .formatted(
                neighbours.bootstrapServers(),
                SecuredNeighbours.USER,
                KAFKA,
                certificates.trustStore(),
                STORE));
    home = new Home(folder.resolve("home"));
    Files.writeString(
        home.config("application.properties"),
        """
        millrace.kafka.config=%1$s/kafka.properties
        millrace.registry.url=%2$s
        millrace.registry.token-file=%1$s/registry-token
        millrace.registry.trust.store=%3$s
        millrace.redis.url=%4$s
        millrace.redis.login.password-file=%1$s/redis-password
        millrace.redis.trust.store=%5$s
        millrace.redis.trust.password-file=%1$s/store-password
        """
            .formatted(
                folder.resolve("secrets"),
                neighbours.registry(),
                certificates.authorityPem(),
                neighbours.redis(),
                certificates.trustStore()));
    neighbours.setKafkaPassword(KAFKA_AT_FIRST);
    starting =
        CompletableFuture.supplyAsync(
            () -> LocalSystem.start(home.folder(), PORT_BASE, RunningMillrace.everything()),
            task -> Thread.ofPlatform().name("start").start(task));
    untrusting = startUntrusting(others);
  }

  /** Whether it still waits for what refuses it. */
  boolean isStarting() {
    return !starting.isDone();
  }

  /** Waits until all of it is ready. */
  RunningMillrace running() {
    return new RunningMillrace(starting.join());
  }

  Home home() {
    return home;
  }

  SecuredNeighbours neighbours() {
    return neighbours;
  }

  /** A second serving; by the environment, which wins over the file, it trusts somebody else. */
  ServiceProcess untrusting() {
    return untrusting;
  }

  static URI url(Service service) {
    return URI.create("http://localhost:" + new Ports(PORT_BASE).service(service, 1));
  }

  String log(String process) throws IOException {
    return Files.readString(home.log(process));
  }

  void giveTheRightSecrets() throws Exception {
    neighbours.setKafkaPassword(KAFKA);
    secret("redis-password", RIGHT.redis());
    secret("registry-token", RIGHT.registry());
  }

  private void secret(String name, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve("secrets")).resolve(name);
    Files.writeString(file, text + "\n");
  }

  private ServiceProcess startUntrusting(Certificates others) {
    Ports ports = new Ports(PORT_BASE);
    Component component =
        new Components(Installation.find(), home, ports, SystemClients.of(home, ports), 0)
            .service(Service.SERVING, 2);
    component.preparation().prepare();
    Launch launch = component.launch();
    List<String> command = new ArrayList<>(List.of("env"));
    Map.of(
            "KAFKA_SSL_TRUSTSTORE_LOCATION", others.trustStore(),
            "MILLRACE_REGISTRY_TRUST_STORE", others.authorityPem(),
            "MILLRACE_REDIS_TRUST_STORE", others.trustStore())
        .forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(launch.command());
    return new Launch(
            launch.name(),
            launch.port(),
            command,
            launch.folder(),
            folder.resolve("untrusting.log"))
        .start(List.of());
  }

  /** It ends its start before it stops. */
  @Override
  public void close() throws Exception {
    try {
      giveTheRightSecrets();
      untrusting.stop(Duration.ofSeconds(30));
      starting.thenAccept(LocalSystem::close).join();
    } finally {
      neighbours.close();
    }
  }
}
