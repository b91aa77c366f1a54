package io.millrace.transformer;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.features.panes.KeptFeatures;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.pipelines.OwnMembers;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineApplications;
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
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the transformer runs for each pipeline: its streams, its part writer, its Redis writer. */
@ApplicationScoped
public class TransformerPipelines implements PipelineApplicationFactory {
  private static final Logger LOG = LoggerFactory.getLogger(TransformerPipelines.class);

  /** How often it is looked whether old features have been kept for long enough. */
  private static final Duration LOOK = Duration.ofMinutes(1);

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
  private final ServedVersions served;
  private final Clock clock = Clock.systemUTC();
  private final Background ends = new Background("kept-features");

  /** By pipeline the version whose windowed features are computed beside those of its own. */
  private final Map<String, Optional<Integer>> kept = new ConcurrentHashMap<>();

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
      ArtifactStore artifacts,
      ServedVersions served) {
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
    this.served = served;
  }

  /** What is live is known before the first pipeline is started. */
  void follow(
      @Observes StartupEvent event,
      PipelinesFollower pipelines,
      PipelineApplications applications) {
    served.start(pipelines::start, pipeline -> keepAnother(pipeline, applications));
    ends.every(LOOK, () -> kept.keySet().forEach(name -> keepAnother(name, applications)));
  }

  @PreDestroy
  void stop() {
    boolean unused = ends.close(Duration.ZERO);
  }

  /** Another model may be live now, or the time over for which old features are kept. */
  private void keepAnother(String name, PipelineApplications applications) {
    Optional<Integer> before = kept.get(name);
    Optional<RunnablePipeline> running =
        applications.running(name).map(PipelineApplications.Running::pipeline);
    if (before != null
        && running.isPresent()
        && !before.equals(kept(running.get()).map(RunnablePipeline::version))) {
      LOG.info("pipeline={} is started anew: other windows are to be kept for its model", name);
      applications.restart(name);
    }
  }

  /** The version by which the live model was trained, while windows differ from this one's. */
  private Optional<RunnablePipeline> kept(RunnablePipeline pipeline) {
    OptionalInt live = served.of(pipeline.name());
    if (live.isEmpty() || live.getAsInt() == pipeline.version()) {
      return Optional.empty();
    }
    Instant until = pipeline.keepsUntil(versions.find(pipeline.name(), live.getAsInt() + 1));
    if (!clock.instant().isBefore(until)) {
      return Optional.empty();
    }
    return versions
        .find(pipeline.name(), live.getAsInt())
        .filter(earlier -> KeptFeatures.differ(earlier.pipeline(), pipeline.pipeline()));
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
    Optional<RunnablePipeline> beside = kept(pipeline);
    kept.put(pipeline.name(), beside.map(RunnablePipeline::version));
    TransformerStreams streams =
        new TransformerStreams(
            pipeline, beside, versions(pipeline), schemas, streaming, meters, alerts);
    FeatureWriter features = null;
    try {
      if (!pipeline.pipeline().windowed().isEmpty() || beside.isPresent()) {
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
    kept.remove(pipeline);
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
