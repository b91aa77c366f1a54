package io.millrace.monitor;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.OwnMembers;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.monitor.judge.JudgePlan;
import io.millrace.monitor.lineage.Announcements;
import io.millrace.monitor.settings.MonitorSettings;
import io.millrace.monitor.topology.ModelFiles;
import io.millrace.monitor.topology.MonitorStreams;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Starts the application {@code millrace-monitor-<pipeline>}. */
@ApplicationScoped
public class MonitorPipelines implements PipelineApplicationFactory {
  private final MillraceSettings settings;
  private final MonitorSettings monitor;
  private final SchemaRegistry registry;
  private final SchemaCache schemas;
  private final ModelFiles files;
  private final KafkaClients kafka;
  private final PipelineVersions versions;

  @Inject
  public MonitorPipelines(
      MillraceSettings settings,
      MonitorSettings monitor,
      SchemaRegistry registry,
      SchemaCache schemas,
      ArtifactStore artifacts,
      KafkaClients kafka,
      PipelineVersions versions) {
    this.settings = settings;
    this.monitor = monitor;
    this.registry = registry;
    this.schemas = schemas;
    this.files = new ModelFiles(artifacts);
    this.kafka = kafka;
    this.versions = versions;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public List<PipelineGroup> groups(Pipeline pipeline) {
    return PipelineGroup.monitor(pipeline);
  }

  @Override
  public void forget(String pipeline) {
    String id = PipelineGroup.monitorId(pipeline);
    StreamsSettings.of(settings, kafka).localState().remove(id);
    new OwnMembers(kafka, settings.instance()).leave(Optional.of(id), Set.of());
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    StreamsSettings streaming = StreamsSettings.of(settings, kafka);
    streaming.localState().removeAllBut(PipelineGroup.monitorId(pipeline.name()), pipeline.since());
    return new MonitorStreams(
        pipeline,
        version -> versions.find(pipeline.name(), version),
        schemas,
        streaming,
        outcomes ->
            new JudgePlan(
                pipeline,
                schemas,
                JudgePlan.register(registry),
                files::of,
                () -> new Announcements(kafka, schemas).names(pipeline.name()),
                outcomes.closing(),
                monitor.idle(),
                monitor.runTimeout(),
                "monitor/" + settings.instance()),
        new ApplicationAlerts(
            streaming.kafka(),
            streaming.instance(),
            registry,
            "monitor",
            pipeline.name(),
            Clock.systemUTC()));
  }
}
