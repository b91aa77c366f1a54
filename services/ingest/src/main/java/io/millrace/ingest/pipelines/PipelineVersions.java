package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Purge;
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
import java.util.HashMap;
import java.util.List;
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
    find(name).ifPresent(PipelineVersions::requireWhole); // before the writer, that ends a removal
    try (ExclusiveWriter writer = open(name)) {
      Optional<PipelineLog.Known> known = find(name);
      known.ifPresent(PipelineVersions::requireWhole);
      return apply(writer, pipeline, yaml, known);
    }
  }

  private Applied apply(
      ExclusiveWriter writer, Pipeline pipeline, String yaml, Optional<PipelineLog.Known> known) {
    Optional<PipelineVersion> last = known.map(PipelineLog.Known::newest);
    int partitions = partitioning.of(pipeline, last);
    Map<String, Integer> ids = schemas.register(PipelineSchemas.of(pipeline).artifacts());
    topics.ensure(new PipelineTopics(pipeline).specs(partitions));
    PipelineVersion next =
        version(
            pipeline.name(),
            known.map(PipelineLog.Known::number).orElse(0) + 1,
            yaml,
            partitions,
            ids,
            last.map(PipelineVersion::getSince).orElse(0));
    if (last.isPresent() && says(last.get(), next)) {
      return new Applied.Unchanged(last.get());
    }
    write(writer, next);
    return new Applied.Published(next);
  }

  /** Takes a pipeline back; its topics and schemas stay. */
  synchronized PipelineVersion delete(String name) {
    find(name).ifPresent(PipelineVersions::requireWhole);
    try (ExclusiveWriter writer = open(name)) {
      PipelineLog.Known known = log.pipelines().get(name);
      if (known == null || known.newest().getDeleted()) {
        throw new ProblemException(
            ErrorCode.UNKNOWN_PIPELINE, "there is no pipeline " + name + " to delete");
      }
      PipelineVersion last = known.newest();
      PipelineVersion next =
          PipelineVersion.newBuilder(
                  version(
                      name,
                      known.number() + 1,
                      last.getFile(),
                      last.getPartitions(),
                      last.getSchemas(),
                      last.getSince()))
              .setDeleted(true)
              .build();
      write(writer, next);
      return next;
    }
  }

  /**
   * Takes a pipeline back for it to be removed, or for its data to be; whoever reads that lets go
   * of it. Of one that is being removed in the same way, or was removed, it is what was said then;
   * one that is being reset can be deleted, and so can what an earlier deletion has kept.
   *
   * @throws ProblemException when there is none, it is being removed in another way, or its file
   *     would not be accepted again
   */
  public synchronized PipelineVersion remove(String name, Purge purge) {
    PipelineLog.Known before = find(name).orElseThrow(() -> unknown(name));
    Optional<Purge> pending = pending(before.newest());
    if (pending.equals(Optional.of(purge))
        || (isRemoved(before.newest()) && !purge.beginsAgain() && !leaves(before, purge))) {
      return before.newest();
    }
    boolean supersedes = pending.filter(Purge::beginsAgain).isPresent() && !purge.beginsAgain();
    if (!supersedes) {
      requireWhole(before);
    }
    try (ExclusiveWriter writer = open(name)) {
      PipelineLog.Known known = find(name).orElseThrow(() -> unknown(name));
      if (known.number() != before.number() || !pending(known.newest()).equals(pending)) {
        throw new ProblemException(
            ErrorCode.PIPELINE_BEING_REMOVED, "pipeline " + name + " has just changed; ask again");
      }
      PipelineVersion removal =
          supersedes
              ? PipelineVersion.newBuilder(known.newest()).setPurge(purge.name()).build()
              : removal(known, purge);
      write(writer, removal);
      return removal;
    }
  }

  private PipelineVersion removal(PipelineLog.Known known, Purge purge) {
    PipelineVersion last = known.newest();
    String name = last.getPipeline();
    if (last.getVersion() == 0 || (last.getDeleted() && purge.beginsAgain())) {
      throw unknown(name);
    }
    if (purge.beginsAgain()) {
      allowed.require(PipelineFiles.read(name, last.getFile()));
    }
    Map<String, Integer> artifacts = new HashMap<>();
    log.versions(name).forEach(version -> artifacts.putAll(version.getSchemas()));
    int number = known.number() + 1;
    return PipelineVersion.newBuilder(
            version(name, number, last.getFile(), last.getPartitions(), artifacts, number + 1))
        .setDeleted(true)
        .setPurge(purge.name())
        .build();
  }

  private static ProblemException unknown(String name) {
    return new ProblemException(
        ErrorCode.UNKNOWN_PIPELINE, "there is no pipeline " + name + "; apply its file first");
  }

  /** Of a pipeline that was removed nothing is left but that it was, and what was to be kept. */
  public static boolean isRemoved(PipelineVersion newest) {
    return newest.getDeleted() && newest.getPurge() == null && newest.getFile().isEmpty();
  }

  /** Whether an earlier deletion has kept what this one removes. */
  private static boolean leaves(PipelineLog.Known known, Purge purge) {
    return Optional.ofNullable(known.newest().getKept())
        .flatMap(Purge::named)
        .filter(Purge::keepsData)
        .map(kept -> !purge.keepsData())
        .orElse(false);
  }

  /** What is still being removed of a pipeline. */
  private static Optional<Purge> pending(PipelineVersion newest) {
    return Optional.ofNullable(newest.getPurge()).flatMap(Purge::named);
  }

  /** The last word on a pipeline, be it that it was removed. */
  public Optional<PipelineVersion> newest(String name) {
    return find(name).map(PipelineLog.Known::newest).filter(newest -> newest.getVersion() > 0);
  }

  /** Every version of a pipeline that can be read, in their order. */
  public List<PipelineVersion> all(String name) {
    return log.versions(name);
  }

  private Optional<PipelineLog.Known> find(String name) {
    return Optional.ofNullable(log.pipelines().get(name));
  }

  private static void requireWhole(PipelineLog.Known known) {
    String name = known.newest().getPipeline();
    pending(known.newest())
        .ifPresent(
            purge -> {
              throw new ProblemException(
                  ErrorCode.PIPELINE_BEING_REMOVED,
                  "pipeline %s is being %s; GET /v1/pipelines/%s/removal says what that waits for"
                      .formatted(name, purge.beginsAgain() ? "reset" : "deleted", name));
            });
  }

  /** Ends whoever else says something of the pipeline. */
  public ExclusiveWriter open(String name) {
    return ExclusiveWriter.open(
        clients.transactional(KafkaNames.group("ingest-" + name), Map.of()));
  }

  /**
   * Says again that a pipeline is being removed.
   *
   * @throws org.apache.kafka.common.KafkaException when somebody else says something of it now
   */
  public void confirm(ExclusiveWriter writer, PipelineVersion removal) {
    write(writer, removal);
  }

  /** Applies the file again whose pipeline was emptied. */
  public PipelineVersion beginAgain(ExclusiveWriter writer, PipelineVersion removal) {
    Pipeline pipeline = PipelineFiles.read(removal.getPipeline(), removal.getFile());
    return apply(
            writer,
            pipeline,
            removal.getFile(),
            Optional.of(new PipelineLog.Known(removal, removal.getVersion())))
        .version();
  }

  /**
   * Leaves of a pipeline that it was removed, for those who have slept meanwhile, and what was
   * kept, for who removes that later.
   */
  public PipelineVersion end(ExclusiveWriter writer, PipelineVersion removal, Purge purge) {
    PipelineVersion removed =
        PipelineVersion.newBuilder(removal)
            .setFile("")
            .setPurge(null)
            .setKept(purge.keepsData() ? purge.name() : null)
            .setPartitions(0)
            .setSchemas(Map.of())
            .build();
    write(writer, removed);
    return removed;
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
      String name, int number, String yaml, int partitions, Map<String, Integer> ids, int since) {
    return PipelineVersion.newBuilder()
        .setPipeline(name)
        .setVersion(number)
        .setFile(yaml)
        .setSince(since)
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
