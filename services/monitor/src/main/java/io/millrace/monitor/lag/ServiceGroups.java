package io.millrace.monitor.lag;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.runs.RunClients;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Which groups of the broker a service has for a pipeline. */
final class ServiceGroups {
  /** With its group by the name of a pipeline. */
  private record Streaming(String service, UnaryOperator<String> group) {}

  private static final List<Streaming> STREAMING =
      List.of(
          new Streaming("validator", PipelineGroup::validatorId),
          new Streaming("transformer", PipelineGroup::transformerId),
          new Streaming("serving", PipelineGroup::servingId),
          new Streaming("monitor", PipelineGroup::monitorId));

  private static final List<String> BY_RUN = List.of("trainer", "evaluator");

  private ServiceGroups() {}

  static Collection<String> streamTopics(Pipeline pipeline) {
    return pipeline.streams().values().stream().map(pipeline::topicOf).toList();
  }

  /**
   * All services, in the order in which an event meets them.
   *
   * @param earlier a moment before, if there is one: without it there are no rates
   */
  static List<ServiceLag> of(Pipeline pipeline, Groups now, Optional<Groups> earlier) {
    ServiceLag ingest =
        new ServiceLag(
            "ingest",
            Optional.empty(),
            earlier.flatMap(before -> now.written(streamTopics(pipeline), before)),
            Optional.empty());
    return Stream.of(
            Stream.of(ingest),
            STREAMING.stream().map(service -> streaming(service, pipeline.name(), now, earlier)),
            BY_RUN.stream().map(service -> byRun(service, now)))
        .flatMap(services -> services)
        .toList();
  }

  /** The Streams application, and the plain consumers beside it. */
  private static ServiceLag streaming(
      Streaming streaming, String pipeline, Groups now, Optional<Groups> earlier) {
    String group = streaming.group().apply(pipeline);
    Optional<Long> lag =
        now.committed().keySet().stream()
            .filter(name -> name.equals(group) || name.startsWith(group + "-"))
            .flatMap(name -> now.lag(name).stream())
            .reduce(Long::sum);
    return new ServiceLag(
        streaming.service(),
        Optional.of(now.members().getOrDefault(group, 0)),
        earlier.flatMap(before -> now.rate(group, before)),
        lag);
  }

  /** What waits for steps of runs; the offsets of such a group mean nothing. */
  private static ServiceLag byRun(String service, Groups now) {
    return new ServiceLag(
        service,
        Optional.of(now.members().getOrDefault(RunClients.group(service), 0)),
        Optional.empty(),
        Optional.empty());
  }
}
