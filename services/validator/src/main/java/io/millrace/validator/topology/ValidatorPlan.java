package io.millrace.validator.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.streams.PartitionLag;
import io.millrace.validator.counts.Counter;
import io.millrace.validator.messages.Destination;
import io.millrace.validator.messages.Envelope;
import io.millrace.validator.schemas.PatientRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All that the topology of one pipeline is made from, worked out once. */
public final class ValidatorPlan {
  private final RunnablePipeline runnable;
  private final PipelineSchemas schemas;
  private final PatientRegistry registry;
  private final SchemaCache cache;
  private final List<Input> inputs;
  private final PartitionLag lag;
  private final InstantSource clock;
  private final MeterRegistry meters;

  /**
   * @param sources partitions of each topic that a stream is read from
   */
  public ValidatorPlan(
      RunnablePipeline runnable,
      Map<String, Integer> sources,
      SchemaRegistry registry,
      PartitionLag lag,
      InstantSource clock,
      MeterRegistry meters) {
    this.runnable = runnable;
    this.schemas = PipelineSchemas.of(runnable.pipeline());
    this.registry = new PatientRegistry(registry, clock);
    this.cache = new SchemaCache(this.registry);
    this.lag = lag;
    this.clock = clock;
    this.meters = meters;
    Pipeline pipeline = runnable.pipeline();
    this.inputs =
        List.of(
            input(0, pipeline.exampleStream(), Destination.EXAMPLES, Counter.EXAMPLES, sources),
            input(1, pipeline.labelStream(), Destination.LABELS, Counter.LABELS, sources));
    for (Input input : inputs) {
      cache.add(runnable.schemaId(input.stream()), schemas.stream(input.stream()));
      cache.add(runnable.schemaId(topic(input.destination())), schemas.stream(input.stream()));
    }
  }

  private Input input(
      int index,
      Stream stream,
      Destination destination,
      Counter accepted,
      Map<String, Integer> sources) {
    String topic = runnable.pipeline().topicOf(stream);
    return new Input(
        index,
        stream,
        topic,
        sources.getOrDefault(topic, runnable.partitions()),
        destination,
        new Envelope(runnable.name(), stream.name(), schemas.stream(stream).getFullName(), topic),
        Counter.records(stream.name()),
        Counter.misplaced(stream.name()),
        Counter.ahead(stream.name()),
        accepted);
  }

  String pipeline() {
    return runnable.name();
  }

  int partitions() {
    return runnable.partitions();
  }

  List<Input> inputs() {
    return inputs;
  }

  PatientRegistry registry() {
    return registry;
  }

  PartitionLag lag() {
    return lag;
  }

  InstantSource clock() {
    return clock;
  }

  MeterRegistry meters() {
    return meters;
  }

  /** A new reader for one task. */
  EventReader reader(Input input) {
    return new EventReader(
        input.stream(),
        schemas.stream(input.stream()),
        runnable.schemaId(input.stream()),
        runnable.schemaId(topic(input.destination())),
        entities(input.stream()),
        cache,
        clock);
  }

  private Set<String> entities(Stream stream) {
    return stream.role() == Stream.Role.EXAMPLE
        ? runnable.pipeline().windowed().stream()
            .map(Windowed::entity)
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  String topicName(Destination destination) {
    return topic(destination).of(runnable.name());
  }

  private static DataTopic topic(Destination destination) {
    return switch (destination) {
      case EXAMPLES -> DataTopic.EXAMPLES;
      case LABELS -> DataTopic.LABELS;
      case QUARANTINE -> DataTopic.QUARANTINE;
    };
  }
}
