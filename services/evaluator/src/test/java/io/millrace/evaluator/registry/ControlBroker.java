package io.millrace.evaluator.registry;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fixtures.BrokerInVm;
import io.millrace.fixtures.TemporaryFolder;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.topics.NewTopics;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker with the control topics, and a schema registry that knows their schemas. */
public final class ControlBroker implements QuarkusTestResourceLifecycleManager {
  private static final int PARTITIONS = 4;

  private BrokerInVm cluster;
  private TemporaryFolder folder;

  @Override
  public Map<String, String> start() {
    cluster = new BrokerInVm();
    folder = new TemporaryFolder("control");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      List<NewTopic> topics =
          ControlTopic.ALL.stream()
              .map(topic -> new NewTopic(topic.name(), PARTITIONS, (short) 1))
              .toList();
      NewTopics.create(admin, topics);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return Map.of(
        "kafka.bootstrap.servers",
        cluster.bootstrapServers(),
        "millrace.artifacts.root",
        folder.path().resolve("artifacts").toUri().toString(),
        "millrace.state.dir",
        folder.path().resolve("state").toString(),
        "millrace.evaluator.least-unseen-rows",
        "100");
  }

  @Override
  public void stop() {
    cluster.close();
    folder.close();
  }

  static int schemaId(ControlTopic<?> topic) {
    return ControlTopic.ALL.indexOf(topic) + 1;
  }

  /** Answers in place of a server. */
  @Alternative
  @Priority(1)
  @Singleton
  public static final class Schemas implements SchemaRegistry {
    @Override
    public Registration register(String artifactId, Schema schema) {
      return ControlTopic.ALL.stream()
          .filter(topic -> Objects.equals(topic.schema(), schema))
          .findFirst()
          .<Registration>map(topic -> new Registration.Accepted(schemaId(topic)))
          .orElseGet(() -> new Registration.Incompatible(artifactId, Optional.empty(), "unknown"));
    }

    @Override
    public Registration check(String artifactId, Schema schema) {
      return register(artifactId, schema);
    }

    @Override
    public Removal remove(String artifactId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Schema> schema(int id) {
      return ControlTopic.ALL.stream()
          .filter(topic -> schemaId(topic) == id)
          .<Schema>map(ControlTopic::schema)
          .findFirst();
    }
  }
}
