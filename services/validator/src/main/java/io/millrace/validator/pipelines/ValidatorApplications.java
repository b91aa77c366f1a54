package io.millrace.validator.pipelines;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.OwnMembers;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.validator.topology.RefusedEvents;
import io.millrace.validator.topology.ValidatorPlan;
import io.millrace.validator.topology.ValidatorTopology;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.Topology;

/** Starts the application {@code millrace-validator-<pipeline>}. */
@ApplicationScoped
public class ValidatorApplications implements PipelineApplicationFactory {
  private final StreamsSettings settings;
  private final SchemaRegistry registry;
  private final MeterRegistry meters;
  private final StreamTopics topics;

  @Inject
  public ValidatorApplications(
      MillraceSettings settings,
      KafkaClients kafka,
      SchemaRegistry registry,
      MeterRegistry meters) {
    this.settings = StreamsSettings.of(settings, kafka);
    this.registry = registry;
    this.meters = meters;
    this.topics = new StreamTopics(kafka);
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public List<PipelineGroup> groups(Pipeline pipeline) {
    return PipelineGroup.validator(pipeline);
  }

  @Override
  public void forget(String pipeline) {
    String id = PipelineGroup.validatorId(pipeline);
    settings.localState().remove(id);
    new OwnMembers(settings.kafka(), settings.instance()).leave(Optional.of(id), Set.of());
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    String id = PipelineGroup.validatorId(pipeline.name());
    settings.localState().removeAllBut(id, pipeline.since());
    ApplicationAlerts alerts =
        new ApplicationAlerts(
            settings.kafka(),
            settings.instance(),
            registry,
            "validator",
            pipeline.name(),
            Clock.systemUTC());
    StreamsApplication streams =
        new StreamsApplication(
            lag -> {
              Map<String, Integer> sources = topics.partitions(pipeline.pipeline());
              Topology topology =
                  ValidatorTopology.build(
                      new ValidatorPlan(
                          pipeline, sources, registry, lag, Clock.systemUTC(), meters));
              topics.growChangelogs(id, topology, sources);
              return topology;
            },
            settings.properties(id, pipeline.since()),
            ValidatorTopology.states(),
            new RefusedEvents(pipeline.pipeline()),
            alerts);
    ValidatorApplication application = new ValidatorApplication(pipeline, streams, meters, alerts);
    streams.start();
    return application;
  }
}
