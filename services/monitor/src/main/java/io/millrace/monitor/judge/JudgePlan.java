package io.millrace.monitor.judge;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.monitor.policy.Alerts;
import io.millrace.monitor.policy.RetrainPolicy;
import io.millrace.monitor.policy.Troubles;
import io.millrace.monitor.verdicts.Closing;
import io.millrace.monitor.verdicts.DecayRule;
import io.millrace.monitor.verdicts.DistanceRule;
import io.millrace.monitor.verdicts.TrainingReferences;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * All that judging needs to know of one version of a pipeline.
 *
 * @param schemaIds of the control topics that are written
 * @param references what a version was trained on
 * @param parts the names of those that there are now; empty when that can't be had
 * @param by the instance, as its events name it
 */
public record JudgePlan(
    RunnablePipeline runnable,
    SchemaCache schemas,
    Map<String, Integer> schemaIds,
    Function<ModelVersion, TrainingReferences> references,
    Supplier<Optional<Set<String>>> parts,
    Closing closing,
    Duration idle,
    Duration runTimeout,
    String by) {

  /**
   * Registers the schemas of what is written.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException while the registry is away
   */
  public static Map<String, Integer> register(SchemaRegistry registry) {
    Map<String, Integer> ids = new HashMap<>();
    for (ControlTopic<?> topic :
        java.util.List.of(
            ControlTopic.METRICS, ControlTopic.DRIFT, ControlTopic.ALERTS, ControlTopic.RUNS)) {
      switch (registry.register(PipelineSchemas.artifact(topic.name()), topic.schema())) {
        case Registration.Accepted accepted -> ids.put(topic.name(), accepted.id());
        case Registration.Incompatible refused ->
            throw new IllegalStateException(refused.artifactId() + ": " + refused.reason());
      }
    }
    return ids;
  }

  Pipeline pipeline() {
    return runnable.pipeline();
  }

  Monitor monitor() {
    return pipeline().monitor();
  }

  DecayRule decayRule() {
    return new DecayRule(monitor().decay(), monitor().drift().minExamples());
  }

  DistanceRule distanceRule() {
    return new DistanceRule(monitor().drift());
  }

  Troubles troubles() {
    return new Troubles(decayRule(), monitor().drift());
  }

  Alerts alerts() {
    return new Alerts(monitor(), pipeline().serve().stream(), idle);
  }

  RetrainPolicy policy() {
    return new RetrainPolicy(runnable.name(), monitor());
  }

  ControlRecords<MetricsMeasured> metrics() {
    return records(ControlTopic.METRICS);
  }

  ControlRecords<DriftMeasured> drift() {
    return records(ControlTopic.DRIFT);
  }

  ControlRecords<AlertEvent> alertRecords() {
    return records(ControlTopic.ALERTS);
  }

  ControlRecords<RunStep> runs() {
    return records(ControlTopic.RUNS);
  }

  private <T extends SpecificRecord> ControlRecords<T> records(ControlTopic<T> topic) {
    Integer id = schemaIds.get(topic.name());
    if (id == null) {
      throw new IllegalStateException(topic.name() + " is not registered");
    }
    return new ControlRecords<>(
        topic, RecordEncoder.specific(id, topic.value()), "/millrace/monitor");
  }
}
