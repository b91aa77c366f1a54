package io.millrace.messaging.runs;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * How a service reaches the topic of runs.
 *
 * @param service such as {@code trainer}
 * @param instance unique a process
 * @param stored whether the artifact store has what a reference promises
 * @param patience how long a step waits for neighbours in all, before its run fails
 */
public record RunClients(
    KafkaClients kafka,
    String service,
    String instance,
    SchemaRegistry registry,
    SchemaCache schemas,
    Stored stored,
    Duration patience,
    Clock clock) {
  /** Whether the artifact store has what a reference promises. */
  public interface Stored {
    boolean test(ArtifactRef reference) throws IOException;
  }

  /** A dot is in no pipeline's name, so that no application of a pipeline has this group too. */
  public static String group(String service) {
    return KafkaNames.group(service + ".runs");
  }

  private String group() {
    return group(service);
  }

  Consumer<byte[], byte[]> consumer() {
    return kafka.member(group(), instance, Map.of());
  }

  StepWriter writer() {
    String source = "/millrace/" + service;
    ControlRecords<RunStep> steps = ControlRecords.registered(ControlTopic.RUNS, registry, source);
    ControlRecords<ModelEvent> models =
        ControlRecords.registered(ControlTopic.MODELS, registry, source);
    return new StepWriter(
        kafka.transactional(group() + "-" + instance, Map.of()),
        steps,
        models,
        service + "/" + instance,
        clock);
  }
}
