package io.millrace.ingest.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class TopicAdminIT {
  private final Set<TopicPartition> awaited = new HashSet<>();
  private final AtomicBoolean breaks = new AtomicBoolean();

  @Test
  void shouldAwaitTheLeadersOfTopicsThatABrokenTryHasMade(KafkaCluster cluster) {
    TopicAdmin topics = new TopicAdmin(KafkaClients.at(cluster.getBootstrapServers()), settings());
    try (Admin broker =
        Admin.create(Map.of("bootstrap.servers", (Object) cluster.getBootstrapServers()))) {
      Admin admin = watched(broker);
      breaks.set(true);
      assertThatThrownBy(() -> topics.ensure(admin, List.of(TopicSpec.stream("rides", 2))))
          .isInstanceOf(TimeoutException.class);
      assertThat(topics.partitions(List.of("rides", "fares"))).isEqualTo(Map.of("rides", 2));
      awaited.clear();

      breaks.set(false);
      topics.ensure(admin, List.of(TopicSpec.stream("rides", 3), TopicSpec.stream("fares", 1)));

      assertThat(awaited)
          .as("as many as there are, not as are wanted now")
          .containsExactlyInAnyOrder(
              new TopicPartition("rides", 0),
              new TopicPartition("rides", 1),
              new TopicPartition("fares", 0));
    }
  }

  /** The broker's, which tells whose leaders are asked, and may break before they answer. */
  private Admin watched(Admin broker) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("listOffsets")) {
                if (breaks.get()) {
                  throw new TimeoutException("the broker went away");
                }
                ((Map<?, ?>) arguments[0])
                    .keySet()
                    .forEach(partition -> awaited.add((TopicPartition) partition));
              }
              try {
                return method.invoke(broker, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static IngestSettings settings() {
    return new SmallRyeConfigBuilder()
        .withConverter(Duration.class, 200, new DurationConverter())
        .withMapping(IngestSettings.class)
        .build()
        .getConfigMapping(IngestSettings.class);
  }
}
