package io.millrace.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.features.online.OnlineStore;
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
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.serving.features.FeatureAssembly;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.features.WindowedRead;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ServedPipeline;
import io.millrace.serving.stream.StreamScorer;
import io.millrace.serving.stream.StreamSettings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What serving runs for each pipeline: its models, and its stream scoring. */
@ApplicationScoped
public class ServingPipelines implements PipelineApplicationFactory {
  private final ServingSettings settings;
  private final StreamSettings stream;
  private final ModelRepository models;
  private final OnlineStore store;
  private final SchemaRegistry registry;
  private final SchemaCache schemas;
  private final MeterRegistry meters;
  private final PipelineVersions versions;

  @Inject
  public ServingPipelines(
      ServingSettings settings,
      StreamSettings stream,
      ModelRepository models,
      OnlineStore store,
      SchemaRegistry registry,
      SchemaCache schemas,
      MeterRegistry meters,
      PipelineVersions versions) {
    this.settings = settings;
    this.stream = stream;
    this.models = models;
    this.store = store;
    this.registry = registry;
    this.schemas = schemas;
    this.meters = meters;
    this.versions = versions;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public List<PipelineGroup> groups(Pipeline pipeline) {
    return PipelineGroup.serving(pipeline);
  }

  @Override
  public PipelineApplication start(RunnablePipeline runnable) {
    schemas.add(
        runnable.schemaId(DataTopic.VECTORS), PipelineSchemas.of(runnable.pipeline()).vector());
    schemas.add(runnable.schemaId(DataTopic.PREDICTIONS), Prediction.getClassSchema());
    ServedPipeline pipeline =
        new ServedPipeline(
            runnable,
            version -> versions.find(runnable.name(), version),
            file ->
                new FeatureAssembly(
                    new FeaturePlan(file),
                    new WindowedRead(file, store, settings.featuresTimeout())));
    models.serve(pipeline);
    if (!runnable.pipeline().serve().stream()) {
      return new ServingApplication(Optional.empty());
    }
    ApplicationAlerts alerts =
        new ApplicationAlerts(
            stream.kafka(),
            stream.instance(),
            registry,
            "serving",
            pipeline.name(),
            Clock.systemUTC());
    StreamScorer scorer =
        new StreamScorer(
            stream,
            pipeline,
            models,
            schemas,
            meters,
            Clock.systemUTC(),
            ConsumerLoop.Watch.of(alerts.of("stream")));
    scorer.start();
    return new ServingApplication(Optional.of(scorer));
  }

  @Override
  public void forget(String pipeline) {
    models.forget(pipeline);
    new OwnMembers(stream.kafka(), stream.instance())
        .leave(Optional.empty(), Set.of(PipelineGroup.servingId(pipeline)));
  }
}
