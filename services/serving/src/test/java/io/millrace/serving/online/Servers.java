package io.millrace.serving.online;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.KafkaClusterConfig;
import io.kroxylicious.testing.kafka.common.KafkaClusterExecutionMode;
import io.kroxylicious.testing.kafka.common.KafkaClusterFactory;
import io.millrace.serving.FlightsTopics;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A broker with the topics of flights, a real Redis and an artifact store. */
public final class Servers implements QuarkusTestResourceLifecycleManager {
  @SuppressWarnings("NullAway.Init") // set before any test runs
  static KafkaCluster kafka;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static RedisProcess redis;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static FlightsTopics topics;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static Path artifacts;

  @Override
  public Map<String, String> start() {
    kafka =
        KafkaClusterFactory.create(
            KafkaClusterConfig.builder()
                .brokersNum(1)
                .kraftMode(true)
                .execMode(KafkaClusterExecutionMode.IN_VM)
                .brokerConfig("auto.create.topics.enable", "false")
                .build());
    kafka.start();
    topics = new FlightsTopics(kafka.getBootstrapServers());
    topics.create();
    redis = new RedisProcess();
    try {
      artifacts = Files.createTempDirectory("artifacts");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "kafka.bootstrap.servers", kafka.getBootstrapServers(),
        "millrace.redis.url", redis.uri().toString(),
        "millrace.artifacts.root", artifacts.toUri().toString(),
        "quarkus.http.test-port", "0");
  }

  @Override
  public void stop() {
    topics.close();
    redis.close();
    try {
      kafka.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
