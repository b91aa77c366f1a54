package io.millrace.monitor.lag;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.lag.BrokerOffsets;
import io.millrace.messaging.lag.GroupShare;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.monitor.history.Histories;
import io.millrace.monitor.history.HistoryReader;
import io.millrace.monitor.history.PipelineHistory;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts a pipeline when a service has more instances than there are partitions to share, once it
 * has been so for two looks. Serving's are not watched: they answer requests, whoever predicts in
 * the stream.
 */
@ApplicationScoped
class IdleReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(IdleReplicas.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KafkaClients clients;
  private final SchemaRegistry registry;
  private final PipelineApplications pipelines;
  private final HistoryReader reader;
  private final Histories histories;
  private final MillraceSettings settings;
  private final Clock clock;
  private final Background background = new Background("idle-replicas");
  private final Set<String> seenOnce = new HashSet<>();
  private boolean warned;

  @Inject
  IdleReplicas(
      KafkaClients clients,
      SchemaRegistry registry,
      PipelineApplications pipelines,
      HistoryReader reader,
      Histories histories,
      MillraceSettings settings,
      Clock clock) {
    this.clients = clients;
    this.registry = registry;
    this.pipelines = pipelines;
    this.reader = reader;
    this.histories = histories;
    this.settings = settings;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    background.every(PERIOD, this::look);
  }

  @PreDestroy
  void stop() {
    boolean unused = background.close(Duration.ZERO);
  }

  /** What can't be asked or said is asked and said at the next look. */
  synchronized void look() {
    if (!reader.isReady()) {
      return; // what was said before is not known yet
    }
    try {
      Admin admin = clients.admin();
      try {
        for (PipelineApplications.Running running : pipelines.all()) {
          look(running.pipeline().pipeline(), new BrokerOffsets(admin, PATIENCE));
        }
      } finally {
        admin.close(Duration.ZERO);
      }
      warned = false;
    } catch (RuntimeException e) {
      if (!warned) {
        LOG.warn("whether replicas are idle is asked again: {}", e.toString());
      }
      warned = true;
    }
  }

  /** Of a group that is being shared out nothing is told, and nothing said. */
  private void look(Pipeline pipeline, BrokerOffsets offsets) {
    Set<String> up =
        histories.find(pipeline.name()).map(PipelineHistory::alertsUp).orElse(Set.of());
    ApplicationAlerts alerts =
        new ApplicationAlerts(
            clients, settings.instance(), registry, "monitor", pipeline.name(), clock);
    Map<String, String> services =
        Map.of(
            PipelineGroup.validatorId(pipeline.name()), "validator",
            PipelineGroup.transformerId(pipeline.name()), "transformer",
            PipelineGroup.monitorId(pipeline.name()), "monitor");
    Map<String, GroupShare> shares = offsets.shares(services.keySet());
    seenOnce.removeIf(group -> services.containsKey(group) && !shares.containsKey(group));
    shares.forEach(
        (group, share) -> {
          String service = services.getOrDefault(group, group);
          String alert = "replicas-idle/" + service;
          if (!share.isOverstaffed()) {
            seenOnce.remove(group);
            if (up.contains(alert)) {
              alerts.over(alert, failure(service, "no instance is idle"));
            }
          } else if (!seenOnce.add(group) && !up.contains(alert)) {
            alerts.noticed(alert, failure(service, share.text()));
          }
        });
  }

  private static PipelineFailure failure(String service, String what) {
    return PipelineFailure.of(ErrorCode.REPLICAS_IDLE, service + ": " + what);
  }
}
