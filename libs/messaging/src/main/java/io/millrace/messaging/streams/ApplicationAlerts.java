package io.millrace.messaging.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
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
public final class ApplicationAlerts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIMEOUT_SECONDS = 20;
  private static final long MOST_BLOCKED_MS = 5_000;

  private final StreamsSettings settings;
  private final SchemaRegistry registry;
  private final String service;
  private final String pipeline;
  private final Clock clock;

  /**
   * @param service such as {@code validator}
   */
  public ApplicationAlerts(
      StreamsSettings settings,
      SchemaRegistry registry,
      String service,
      String pipeline,
      Clock clock) {
    this.settings = settings;
    this.registry = registry;
    this.service = service;
    this.pipeline = pipeline;
    this.clock = clock;
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

  /** The application has ended. */
  void failed(PipelineFailure failure) {
    write(endedAlert(), failure, false);
  }

  /** The application works, perhaps again. */
  void running() {
    write(
        endedAlert(),
        PipelineFailure.of(ErrorCode.APPLICATION_FAILED, "the " + service + " runs"),
        true);
  }

  private String endedAlert() {
    return "application-failed/" + service;
  }

  private void write(String alert, PipelineFailure failure, boolean cleared) {
    AlertEvent event =
        AlertEvent.newBuilder()
            .setPipeline(pipeline)
            .setAlert(alert)
            .setCode(failure.code().name())
            .setMessage(failure.message())
            .setEvidence(json(failure.toJson()))
            .setCleared(cleared)
            .setBy(service + "/" + settings.instance())
            .setAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
            .build();
    ControlRecords<AlertEvent> records =
        ControlRecords.registered(ControlTopic.ALERTS, registry, "/millrace/" + service);
    try (Producer<byte[], byte[]> producer =
        settings.kafka().producer(Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_BLOCKED_MS))) {
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
