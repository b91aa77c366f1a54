package io.millrace.transformer;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.OwnMembers;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.LocalState;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.transformer.online.FeatureWriter;
import io.millrace.transformer.online.FeatureWriters;
import io.millrace.transformer.parts.CompactionSettings;
import io.millrace.transformer.parts.CutRequests;
import io.millrace.transformer.parts.PartSettings;
import io.millrace.transformer.parts.PartWriter;
import io.millrace.transformer.stream.TransformerStreams;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** What the transformer runs for each pipeline: its streams, its part writer, its Redis writer. */
@ApplicationScoped
public class TransformerPipelines implements PipelineApplicationFactory {
  private final MillraceSettings settings;
  private final SchemaRegistry registry;
  private final SchemaCache schemas;
  private final FeatureWriters featureWriters;
  private final MeterRegistry meters;
  private final CutRequests cuts;
  private final CompactionSettings compaction;
  private final PipelineVersions versions;
  private final KafkaClients kafka;
  private final ArtifactStore artifacts;

  @Inject
  public TransformerPipelines(
      MillraceSettings settings,
      SchemaRegistry registry,
      SchemaCache schemas,
      FeatureWriters featureWriters,
      MeterRegistry meters,
      CutRequests cuts,
      CompactionSettings compaction,
      PipelineVersions versions,
      KafkaClients kafka,
      ArtifactStore artifacts) {
    this.settings = settings;
    this.registry = registry;
    this.schemas = schemas;
    this.featureWriters = featureWriters;
    this.meters = meters;
    this.cuts = cuts;
    this.compaction = compaction;
    this.versions = versions;
    this.kafka = kafka;
    this.artifacts = artifacts;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public List<PipelineGroup> groups(Pipeline pipeline) {
    return PipelineGroup.transformer(pipeline);
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    StreamsSettings streaming = StreamsSettings.of(settings, kafka);
    streaming
        .localState()
        .removeAllBut(PipelineGroup.transformerId(pipeline.name()), pipeline.since());
    ApplicationAlerts alerts =
        new ApplicationAlerts(
            streaming.kafka(),
            streaming.instance(),
            registry,
            "transformer",
            pipeline.name(),
            Clock.systemUTC());
    TransformerStreams streams =
        new TransformerStreams(pipeline, versions(pipeline), schemas, streaming, meters, alerts);
    FeatureWriter features = null;
    try {
      if (!pipeline.pipeline().windowed().isEmpty()) {
        features = featureWriters.start(pipeline, ConsumerLoop.Watch.of(alerts.of("redis")));
      }
      return new TransformerApplication(streams, () -> partWriter(pipeline, alerts), features);
    } catch (RuntimeException | Error e) {
      streams.close();
      if (features != null) {
        features.close();
      }
      throw e;
    }
  }

  /** The groups are left last: whoever waits for them waits for what is removed here as well. */
  @Override
  public void forget(String pipeline) {
    featureWriters.remove(pipeline);
    String id = PipelineGroup.transformerId(pipeline);
    StreamsSettings.of(settings, kafka).localState().remove(id);
    new LocalState(spools()).remove(pipeline);
    new LocalState(compactions()).remove(pipeline);
    new OwnMembers(kafka, settings.instance())
        .leave(
            Optional.of(id),
            Set.of(PipelineGroup.partsId(pipeline), PipelineGroup.redisId(pipeline)));
  }

  private IntFunction<Optional<RunnablePipeline>> versions(RunnablePipeline pipeline) {
    return version -> versions.find(pipeline.name(), version);
  }

  private PartWriter partWriter(RunnablePipeline pipeline, ApplicationAlerts alerts) {
    String artifact = PipelineSchemas.artifact(ControlTopic.DATASETS.name());
    return switch (registry.register(artifact, PartWritten.getClassSchema())) {
      case Registration.Accepted accepted ->
          new PartWriter(
              PartSettings.defaults(kafka, settings.instance(), spool(pipeline)),
              pipeline,
              versions(pipeline),
              schemas,
              RecordEncoder.specific(accepted.id(), PartWritten.class),
              artifacts,
              meters,
              cuts,
              Optional.of(compaction(pipeline.name())),
              Clock.systemUTC(),
              ConsumerLoop.Watch.of(alerts.of("parts")));
      case Registration.Incompatible refused ->
          throw new IllegalStateException(refused.artifactId() + ": " + refused.reason());
    };
  }

  private PartWriter.Compaction compaction(String pipeline) {
    return new PartWriter.Compaction(
        compaction,
        version -> versions.find(pipeline, version).map(RunnablePipeline::pipeline),
        compactions().resolve(pipeline));
  }

  private Path compactions() {
    return settings.state().dir().resolve("compaction");
  }

  private Path spool(RunnablePipeline pipeline) {
    return spools().resolve(pipeline.name());
  }

  private Path spools() {
    return settings.state().dir().resolve("spool");
  }
}
