package io.millrace.serving.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Writes alerts through an {@link Outbox}, so that whoever raises one goes on. */
public final class AlertLog implements AutoCloseable {
  private static final String TOPIC = ControlTopic.ALERTS.name();

  private final Outbox outbox;
  private final SchemaRegistry registry;
  private final String instance;
  private final Clock clock;
  private final CloudEvents envelope =
      new CloudEvents("/millrace/serving", AlertEvent.class.getName());
  private @Nullable RecordEncoder encoder;

  /**
   * @param instance who raises alerts
   */
  public AlertLog(Outbox outbox, SchemaRegistry registry, String instance, Clock clock) {
    this.outbox = outbox;
    this.registry = registry;
    this.instance = instance;
    this.clock = clock;
  }

  /**
   * Says that something is wrong, or that it is over.
   *
   * @param alert what it is about, the same for the same trouble
   * @param evidence a JSON object
   */
  public void write(
      String pipeline,
      String alert,
      ErrorCode code,
      String message,
      String evidence,
      boolean cleared) {
    AlertEvent event =
        AlertEvent.newBuilder()
            .setPipeline(pipeline)
            .setAlert(alert)
            .setCode(code.name())
            .setMessage(message)
            .setEvidence(evidence)
            .setCleared(cleared)
            .setBy(instance)
            .setAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
            .build();
    outbox.offer(1, producer -> List.of(record(event, producer)));
  }

  private ProducerRecord<byte[], byte[]> record(AlertEvent event, Producer<?, ?> producer) {
    String key = event.getPipeline() + "/" + event.getAlert();
    int partition =
        Utils.toPositive(Utils.murmur2(event.getPipeline().getBytes(UTF_8)))
            % producer.partitionsFor(TOPIC).size();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(TOPIC, partition, key.getBytes(UTF_8), encoder().encode(event));
    envelope.set(record.headers(), key, ChronoUnit.MICROS.between(Instant.EPOCH, event.getAt()));
    return record;
  }

  /** Runs on the outbox's thread only. */
  private RecordEncoder encoder() {
    RecordEncoder known = encoder;
    if (known == null) {
      known =
          switch (registry.register(PipelineSchemas.artifact(TOPIC), AlertEvent.getClassSchema())) {
            case Registration.Accepted accepted ->
                RecordEncoder.specific(accepted.id(), AlertEvent.class);
            case Registration.Incompatible refused ->
                throw new IllegalStateException(refused.artifactId() + ": " + refused.reason());
          };
      encoder = known;
    }
    return known;
  }

  @Override
  public void close() {
    outbox.close();
  }
}
