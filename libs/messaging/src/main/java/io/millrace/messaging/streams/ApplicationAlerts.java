package io.millrace.messaging.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.registry.SchemaRegistry;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;

/** Writes what a human should know of one application. Rare, so a client is made for each. */
public final class ApplicationAlerts implements ConsumerLoop.Alerts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIMEOUT_SECONDS = 20;
  private static final long MOST_BLOCKED_MS = 5_000;

  private final KafkaClients kafka;
  private final String instance;
  private final SchemaRegistry registry;
  private final String service;
  private final String pipeline;
  private final Clock clock;
  private final String subject;

  /**
   * @param instance who writes them
   * @param service such as {@code validator}
   */
  public ApplicationAlerts(
      KafkaClients kafka,
      String instance,
      SchemaRegistry registry,
      String service,
      String pipeline,
      Clock clock) {
    this(kafka, instance, registry, service, pipeline, clock, service);
  }

  private ApplicationAlerts(
      KafkaClients kafka,
      String instance,
      SchemaRegistry registry,
      String service,
      String pipeline,
      Clock clock,
      String subject) {
    this.kafka = kafka;
    this.instance = instance;
    this.registry = registry;
    this.service = service;
    this.pipeline = pipeline;
    this.clock = clock;
    this.subject = subject;
  }

  /** Of a part that works or fails by itself, such as {@code parts}. */
  public ApplicationAlerts of(String part) {
    return new ApplicationAlerts(
        kafka, instance, registry, service, pipeline, clock, service + "/" + part);
  }

  /**
   * A record was passed over that belongs into no pipeline's quarantine.
   *
   * @throws RuntimeException when a neighbour is away, as the others
   */
  void passedOver(PipelineFailure failure) {
    String topic = failure.place().map(PipelineFailure.Place::topic).orElse("");
    write("record-skipped/" + service + "/" + topic, failure, false);
  }

  /**
   * Something that people should know of while the application runs.
   *
   * @param alert what it is about, such as {@code records-misplaced/departures}
   */
  public void noticed(String alert, PipelineFailure what) {
    write(alert, what, false);
  }

  /** It is over; of what never was nobody takes notice. */
  public void over(String alert, PipelineFailure what) {
    write(alert, what, true);
  }

  /** The application has ended, or makes no headway. */
  @Override
  public void failed(PipelineFailure failure) {
    write(endedAlert(), failure, false);
  }

  @Override
  public void running() {
    write(
        endedAlert(),
        PipelineFailure.of(ErrorCode.APPLICATION_FAILED, "the " + subject + " runs"),
        true);
  }

  private String endedAlert() {
    return "application-failed/" + subject;
  }

  private void write(String alert, PipelineFailure failure, boolean cleared) {
    AlertEvent event =
        AlertEvent.newBuilder()
            .setPipeline(pipeline)
            .setAlert(alert)
            .setCode(failure.code().name())
            .setMessage(failure.text())
            .setEvidence(json(failure.toJson()))
            .setCleared(cleared)
            .setBy(service + "/" + instance)
            .setAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
            .build();
    ControlRecords<AlertEvent> records =
        ControlRecords.registered(ControlTopic.ALERTS, registry, "/millrace/" + service);
    try (Producer<byte[], byte[]> producer =
        kafka.producer(Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_BLOCKED_MS))) {
      var unused =
          producer
              .send(
                  records.record(
                      pipeline,
                      pipeline + "/" + alert,
                      event,
                      event.getAt(),
                      producer.partitionsFor(ControlTopic.ALERTS.name()).size()))
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("an alert could not be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while an alert was written", e);
    }
  }

  private static String json(Map<String, Object> evidence) {
    try {
      return JSON.writeValueAsString(evidence);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings and numbers is always JSON", e);
    }
  }
}
