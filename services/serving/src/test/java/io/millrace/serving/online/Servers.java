package io.millrace.serving.online;

import io.millrace.fixtures.BrokerInVm;
import io.millrace.fixtures.RedisProcess;
import io.millrace.fixtures.TemporaryFolder;
import io.millrace.serving.FlightsTopics;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;

/** A broker with the topics of flights, a real Redis and an artifact store. */
public final class Servers implements QuarkusTestResourceLifecycleManager {
  @SuppressWarnings("NullAway.Init") // set before any test runs
  static BrokerInVm kafka;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static RedisProcess redis;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static FlightsTopics topics;

  @SuppressWarnings("NullAway.Init") // set before any test runs
  static Path artifacts;

  private TemporaryFolder folder;

  @Override
  public Map<String, String> start() {
    kafka = new BrokerInVm();
    topics = new FlightsTopics(kafka.bootstrapServers());
    topics.create();
    redis = new RedisProcess();
    folder = new TemporaryFolder("artifacts");
    artifacts = folder.path();
    return Map.of(
        "kafka.bootstrap.servers", kafka.bootstrapServers(),
        "millrace.redis.url", redis.uri().toString(),
        "millrace.artifacts.root", artifacts.toUri().toString(),
        "millrace.serving.features-timeout", "60s",
        "quarkus.http.test-port", "0");
  }

  @Override
  public void stop() {
    topics.close();
    redis.close();
    kafka.close();
    folder.close();
  }
}
