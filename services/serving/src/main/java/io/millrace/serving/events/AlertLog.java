package io.millrace.serving.events;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaRegistry;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes alerts through an {@link Outbox}, so that whoever raises one goes on. */
public final class AlertLog implements AutoCloseable {
  private static final long ALERT_BYTES = 1024;

  private final Outbox outbox;
  private final SchemaRegistry registry;
  private final String instance;
  private final Clock clock;

  /** Used on the outbox's thread only. */
  private @Nullable ControlRecords<AlertEvent> records;

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
    outbox.offer(1, ALERT_BYTES, producer -> List.of(record(event, producer)));
  }

  private ProducerRecord<byte[], byte[]> record(AlertEvent event, Producer<?, ?> producer) {
    return records()
        .record(
            event.getPipeline(),
            event.getPipeline() + "/" + event.getAlert(),
            event,
            event.getAt(),
            producer.partitionsFor(ControlTopic.ALERTS.name()).size());
  }

  private ControlRecords<AlertEvent> records() {
    ControlRecords<AlertEvent> known = records;
    if (known == null) {
      known = ControlRecords.registered(ControlTopic.ALERTS, registry, "/millrace/serving");
      records = known;
    }
    return known;
  }

  @Override
  public void close() {
    outbox.close();
  }
}
