package io.millrace.messaging.runs;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * How a service reaches the topic of runs.
 *
 * @param service such as {@code trainer}
 * @param instance unique a process
 * @param stored whether the artifact store has what a reference promises
 */
public record RunClients(
    KafkaClients kafka,
    String service,
    String instance,
    SchemaRegistry registry,
    SchemaCache schemas,
    Predicate<ArtifactRef> stored,
    Clock clock) {
  boolean isStored(ArtifactRef reference) {
    return stored.test(reference);
  }

  private String group() {
    return "millrace-" + service + "-runs";
  }

  Consumer<byte[], byte[]> consumer() {
    return kafka.member(group(), instance, Map.of());
  }

  StepWriter writer() {
    String source = "/millrace/" + service;
    return new StepWriter(
        kafka.transactional(group() + "-" + instance, Map.of()),
        ControlRecords.registered(ControlTopic.RUNS, registry, source),
        ControlRecords.registered(ControlTopic.MODELS, registry, source),
        service + "/" + instance,
        clock);
  }
}
