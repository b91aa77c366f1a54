package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.ingest.topics.AllowedTopics;
import io.millrace.ingest.topics.PipelineTopics;
import io.millrace.ingest.topics.TopicAdmin;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.http.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * Accepts pipeline files as versions. Whatever fails half-way leaves only what the next try finds
 * and goes on from: registered schemas and topics without a version.
 */
@ApplicationScoped
public class PipelineVersions {
  private final KafkaClients clients;
  private final PipelineLog log;
  private final SchemaRegistration schemas;
  private final Partitioning partitioning;
  private final TopicAdmin topics;
  private final AllowedTopics allowed;
  private final Clock clock;

  @Inject
  public PipelineVersions(
      KafkaClients clients,
      PipelineLog log,
      SchemaRegistration schemas,
      Partitioning partitioning,
      TopicAdmin topics,
      AllowedTopics allowed,
      Clock clock) {
    this.clients = clients;
    this.log = log;
    this.schemas = schemas;
    this.partitioning = partitioning;
    this.topics = topics;
    this.allowed = allowed;
    this.clock = clock;
  }

  /** Accepts a file, or says why not; one at a time, so that neighbours in a process wait. */
  synchronized Applied apply(Pipeline pipeline, String yaml) {
    String name = pipeline.name();
    allowed.require(pipeline);
    try (ExclusiveWriter writer = open(name)) {
      Optional<PipelineLog.Known> known = Optional.ofNullable(log.pipelines().get(name));
      Optional<PipelineVersion> last = known.map(PipelineLog.Known::newest);
      int partitions = partitioning.of(pipeline, last);
      Map<String, Integer> ids = schemas.register(PipelineSchemas.of(pipeline).artifacts());
      topics.ensure(new PipelineTopics(pipeline).specs(partitions));
      int number = known.map(PipelineLog.Known::number).orElse(0) + 1;
      PipelineVersion next = version(name, number, yaml, partitions, ids, false);
      if (last.isPresent() && says(last.get(), next)) {
        return new Applied.Unchanged(last.get());
      }
      write(writer, next);
      return new Applied.Published(next);
    }
  }

  /** Takes a pipeline back; its topics and schemas stay. */
  synchronized PipelineVersion delete(String name) {
    try (ExclusiveWriter writer = open(name)) {
      PipelineLog.Known known = log.pipelines().get(name);
      if (known == null || known.newest().getDeleted()) {
        throw new ProblemException(
            ErrorCode.UNKNOWN_PIPELINE, "there is no pipeline " + name + " to delete");
      }
      PipelineVersion last = known.newest();
      PipelineVersion next =
          version(
              name,
              known.number() + 1,
              last.getFile(),
              last.getPartitions(),
              last.getSchemas(),
              true);
      write(writer, next);
      return next;
    }
  }

  private ExclusiveWriter open(String name) {
    return ExclusiveWriter.open(
        clients.transactional(KafkaNames.group("ingest-" + name), Map.of()));
  }

  private void write(ExclusiveWriter writer, PipelineVersion version) {
    ControlRecords<PipelineVersion> records = schemas.versions();
    writer.write(
        records.record(
            version.getPipeline(),
            version.getPipeline() + "/" + version.getVersion(),
            version,
            version.getAppliedAt(),
            writer.partitions(records.topic().name())));
  }

  private PipelineVersion version(
      String name,
      int number,
      String yaml,
      int partitions,
      Map<String, Integer> ids,
      boolean deleted) {
    return PipelineVersion.newBuilder()
        .setPipeline(name)
        .setVersion(number)
        .setFile(yaml)
        .setDeleted(deleted)
        .setPartitions(partitions)
        .setSchemas(ids)
        .setAppliedAt(clock.instant())
        .build();
  }

  /** Ids differ when the registry has lost its memory: then the version has to be said again. */
  private static boolean says(PipelineVersion last, PipelineVersion next) {
    return !last.getDeleted()
        && last.getFile().equals(next.getFile())
        && last.getPartitions() == next.getPartitions()
        && last.getSchemas().equals(next.getSchemas());
  }
}
