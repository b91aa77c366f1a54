package io.millrace.local.demo;

import static java.util.Objects.requireNonNull;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.registry.SchemaCache;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** Tells, on a thread of its own, what comes on the control topics that a story is made of. */
final class ControlFeed implements AutoCloseable {
  private static final List<ControlTopic<? extends SpecificRecord>> TOPICS =
      List.of(ControlTopic.RUNS, ControlTopic.MODELS, ControlTopic.METRICS, ControlTopic.ALERTS);

  private final ConsumerLoop loop;

  ControlFeed(KafkaClients kafka, SchemaCache schemas, Consumer<SpecificRecord> told) {
    Map<String, ControlReader<? extends SpecificRecord>> readers =
        TOPICS.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    ControlTopic::name, topic -> new ControlReader<>(topic, schemas)));
    this.loop =
        new Follower(
                readers.keySet(),
                record -> requireNonNull(readers.get(record.topic())).read(record).ifPresent(told))
            .loop("control-feed", kafka);
    loop.start();
  }

  /** Why it tells no more, if so. */
  void requireAlive() {
    if (loop.state() == State.FAILED) {
      throw new IllegalStateException("the control topics cannot be read: " + loop.failure());
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
