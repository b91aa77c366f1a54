package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.process.Launch;
import io.millrace.messaging.clients.KafkaClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** Kafka: one KRaft node that is broker and controller. */
public final class Broker {
  static final String NAME = "broker";

  private final Installation installation;
  private final Home home;
  private final Ports ports;

  Broker(Installation installation, Home home, Ports ports) {
    this.installation = installation;
    this.home = home;
    this.ports = ports;
  }

  Component component() {
    ConfigFile server = new ConfigFile(home.config("broker.properties"), properties());
    ConfigFile logging = new ConfigFile(home.config("broker-log4j2.properties"), LOGGING);
    Launch launch =
        new Launch(
            NAME,
            ports.broker(),
            List.of(
                Installation.java(),
                "-Xms256m",
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + home.unpacked(NAME),
                "-Dlog4j2.configurationFile=" + logging.path(),
                "-cp",
                installation.brokerClassPath(),
                "kafka.Kafka",
                server.path().toString()),
            home.data(NAME),
            home.log(NAME));
    return new Component(
        launch,
        () -> {
          server.write();
          logging.write();
          home.emptyUnpacked(NAME);
          formatOnce(server.path(), logging.path());
        },
        this::isReady);
  }

  /** A new log folder must be formatted; one that was formatted is left as it is. */
  private void formatOnce(Path server, Path logging) {
    if (Files.exists(logFolder().resolve("meta.properties"))) {
      return;
    }
    try {
      Process format =
          new ProcessBuilder(
                  Installation.java(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Dlog4j2.configurationFile=" + logging,
                  "-cp",
                  installation.brokerClassPath(),
                  "kafka.tools.StorageTool",
                  "format",
                  "--cluster-id",
                  "millrace-local",
                  "--config",
                  server.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(NAME).toFile()))
              .start();
      if (format.waitFor() != 0) {
        throw new IllegalStateException(
            "the broker's log folder could not be formatted; see " + home.log(NAME));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private boolean isReady() {
    try (Admin admin = KafkaClients.at("localhost:" + ports.broker()).admin()) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  private Path logFolder() {
    return home.data(NAME).resolve("log");
  }

  private String properties() {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@localhost:%2$d
    controller.listener.names=CONTROLLER
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://localhost:%1$d
    log.dirs=%3$s
    auto.create.topics.enable=false
    default.replication.factor=1
    min.insync.replicas=1
    # retention counts from arrival, so that old events can be replayed
    log.message.timestamp.type=LogAppendTime
    log.retention.check.interval.ms=10000
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=4
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    group.initial.rebalance.delay.ms=0
    """
        .formatted(ports.broker(), ports.controller(), logFolder());
  }

  /** Log4j's settings: all to standard output. */
  public static final String LOGGING =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.stdout.ref = STDOUT
      appender.stdout.type = Console
      appender.stdout.name = STDOUT
      appender.stdout.layout.type = PatternLayout
      appender.stdout.layout.pattern = %d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %c{1} %m%n
      logger.config.name = org.apache.kafka.common.config.AbstractConfig
      logger.config.level = WARN
      logger.server.name = kafka.server.KafkaConfig
      logger.server.level = WARN
      logger.cleaner.name = org.apache.kafka.storage.internals.log
      logger.cleaner.level = WARN
      logger.kafkalog.name = kafka.log
      logger.kafkalog.level = WARN
      """;
}
