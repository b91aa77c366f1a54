package io.millrace.monitor.history;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader.Skipped;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.settings.MillraceSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts every pipeline that a control topic holds a record which everybody passes over: one alert
 * a topic, over once a monitor that starts finds no such record any more. For the history's thread.
 */
@ApplicationScoped
class ControlAlarms {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAlarms.class);
  private static final String PREFIX = "control-topic/";

  private final KafkaClients clients;
  private final SchemaRegistry registry;
  private final Histories histories;
  private final Clock clock;
  private final String by;
  private final Map<String, Skipped> first = new HashMap<>();
  private final Set<String> said = new HashSet<>();
  private boolean warned;

  @Inject
  ControlAlarms(
      KafkaClients clients,
      SchemaRegistry registry,
      Histories histories,
      MillraceSettings settings,
      Clock clock) {
    this.clients = clients;
    this.registry = registry;
    this.histories = histories;
    this.clock = clock;
    this.by = "monitor/" + settings.instance();
  }

  void accept(Skipped skipped) {
    first.putIfAbsent(skipped.topic(), skipped);
  }

  /** Says what has not been said yet; for when all that was said before is known. */
  void speak() {
    List<AlertEvent> alerts = new ArrayList<>();
    for (PipelineHistory pipeline : histories.present()) {
      Set<String> up = pipeline.alertsUp();
      for (ControlTopic<?> topic : ControlTopic.ALL) {
        Optional<Skipped> skipped = Optional.ofNullable(first.get(topic.name()));
        boolean isUp = up.contains(PREFIX + topic.name());
        if (skipped.isPresent() != isUp && !said.contains(pipeline.pipeline() + topic.name())) {
          alerts.add(alert(pipeline.pipeline(), topic.name(), skipped));
        }
      }
    }
    if (!alerts.isEmpty()) {
      send(alerts);
    }
  }

  private AlertEvent alert(String pipeline, String topic, Optional<Skipped> skipped) {
    return AlertEvent.newBuilder()
        .setPipeline(pipeline)
        .setAlert(PREFIX + topic)
        .setCode(skipped.map(Skipped::code).orElse(ErrorCode.INVALID_FACT).name())
        .setMessage(
            skipped
                .map(
                    s ->
                        "%s, partition %d, offset %d: a record that is no fact is passed over: %s"
                            .formatted(topic, s.partition(), s.offset(), s.message()))
                .orElse(topic + " holds nothing any more that is passed over"))
        .setEvidence(
            skipped
                .map(
                    s ->
                        Evidence.create()
                            .put("topic", topic)
                            .put("partition", s.partition())
                            .put("offset", s.offset()))
                .orElseGet(Evidence::create)
                .toString())
        .setCleared(skipped.isEmpty())
        .setBy(by)
        .setAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
        .build();
  }

  /** What could not be said is said with what comes next. */
  private void send(List<AlertEvent> alerts) {
    try (Producer<byte[], byte[]> producer = clients.producer(Map.of())) {
      ControlRecords<AlertEvent> records =
          ControlRecords.registered(ControlTopic.ALERTS, registry, "/millrace/monitor");
      int partitions = producer.partitionsFor(ControlTopic.ALERTS.name()).size();
      for (AlertEvent alert : alerts) {
        String key = alert.getPipeline() + "/" + alert.getAlert();
        producer.send(
            records.record(alert.getPipeline(), key, alert, alert.getAt(), partitions),
            (metadata, failure) -> {
              if (failure != null) {
                LOG.warn("pipeline={} an alert was not written", alert.getPipeline(), failure);
              }
            });
      }
      producer.flush();
      alerts.forEach(
          alert -> said.add(alert.getPipeline() + alert.getAlert().substring(PREFIX.length())));
    } catch (KafkaException | RegistryUnavailableException e) {
      if (!warned) {
        LOG.warn("alerts wait for broker and schema registry: {}", e.toString());
      }
      warned = true;
    }
  }
}
