package io.millrace.ingest.removal;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.ingest.pipelines.PipelineVersions;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Removal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes a pipeline that is said to be removed, each step of which can be done again: after a kill
 * between any two of them all are done anew, and find what is left. Of several at work, as in
 * several instances of ingest, only the one that was begun last comes to an end: it has the right
 * to say something of the pipeline, and each step that removes by name begins with saying again
 * that it is being removed.
 */
final class Remover {
  private static final Logger LOG = LoggerFactory.getLogger(Remover.class);

  private final PipelineVersions versions;
  private final SchemaRegistry registry;
  private final PipelineVersion removal;
  private final Purge purge;
  private final Belongings belongings;
  private final BrokerSide broker;
  private final FactLog facts;

  Remover(
      KafkaClients kafka,
      PipelineVersions versions,
      SchemaRegistry registry,
      PipelineVersion removal) {
    this.versions = versions;
    this.registry = registry;
    this.removal = removal;
    this.purge = Purge.named(String.valueOf(removal.getPurge())).orElseThrow();
    this.belongings = Belongings.of(removal.getPipeline(), versions.all(removal.getPipeline()));
    this.broker = new BrokerSide(kafka, belongings);
    this.facts = new FactLog(kafka, belongings);
  }

  /** The one for a pipeline; empty when it is not being removed. */
  static Optional<Remover> of(
      KafkaClients kafka, PipelineVersions versions, SchemaRegistry registry, String pipeline) {
    return versions
        .newest(pipeline)
        .filter(newest -> newest.getDeleted() && newest.getPurge() != null)
        .map(removal -> new Remover(kafka, versions, registry, removal));
  }

  Purge purge() {
    return purge;
  }

  String pipeline() {
    return removal.getPipeline();
  }

  /** That of the removal. */
  int version() {
    return removal.getVersion();
  }

  /** Who still reads for the pipeline, by group; nothing is removed before all have let go. */
  SortedMap<String, Set<String>> awaited() {
    return broker.members();
  }

  /**
   * Removes all there is.
   *
   * @param begun told of each step
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer, or another one
   *     was begun since
   */
  Removed remove(Consumer<String> begun) {
    try (ExclusiveWriter writer = versions.open(removal.getPipeline())) {
      requireNewest();
      begun.accept("facts");
      int said = takeBackFacts(writer);
      begun.accept("topics");
      int topics = removeTopics(writer);
      begun.accept("groups");
      int groups = removeGroups(writer);
      begun.accept("schemas");
      SortedSet<String> left = new TreeSet<>();
      int schemas = purge.beginsAgain() ? 0 : removeSchemas(writer, left);
      begun.accept("the end");
      said += takeBackFacts(writer); // what was at work at the beginning has said its last word
      if (!broker.topics().isEmpty()) {
        throw new org.apache.kafka.common.errors.TimeoutException(
            "the broker has topics again that were removed: " + broker.topics().keySet());
      }
      end(writer);
      return new Removed(topics, groups, said, schemas, left);
    }
  }

  /**
   * Nobody else writes from here on; before, another instance may have ended this removal, and what
   * stands there may be of the next beginning.
   */
  private void requireNewest() {
    boolean isNewest =
        versions
            .newest(removal.getPipeline())
            .filter(newest -> newest.getVersion() == removal.getVersion())
            .filter(newest -> Objects.equals(newest.getPurge(), removal.getPurge()))
            .isPresent();
    if (!isNewest) {
      throw new ProducerFencedException("another version has come since");
    }
  }

  int takeBackFacts(ExclusiveWriter writer) {
    int sum = 0;
    for (ControlTopic<?> topic : FactLog.topics(purge)) {
      sum += facts.takeBack(topic, writer, removal.getSince());
    }
    return sum;
  }

  /**
   * Takes back what came of the earlier life behind the end: readers know it for what it is as long
   * as they know the end, which compaction takes from the topics some day.
   *
   * @return how many facts there were; none where the pipeline was removed anew meanwhile
   */
  int takeBackLateFacts() {
    int sum = 0;
    boolean isTheLast =
        versions
            .newest(removal.getPipeline())
            .filter(newest -> newest.getSince() == removal.getSince())
            .isPresent();
    for (ControlTopic<?> topic : isTheLast ? FactLog.topics(purge) : List.<ControlTopic<?>>of()) {
      sum += facts.takeBackLate(topic, removal.getSince());
    }
    return sum;
  }

  int removeTopics(ExclusiveWriter writer) {
    SortedMap<String, Uuid> topics = broker.topics();
    versions.confirm(writer, removal); // else they may be those of the next beginning
    broker.deleteTopics(topics.values());
    return topics.size();
  }

  int removeGroups(ExclusiveWriter writer) {
    SortedSet<String> groups = broker.groups();
    versions.confirm(writer, removal);
    broker.deleteGroups(groups);
    return groups.size();
  }

  int removeSchemas(ExclusiveWriter writer, SortedSet<String> left) {
    versions.confirm(writer, removal);
    int removed = 0;
    for (String artifact : new TreeSet<>(removal.getSchemas().keySet())) {
      if (belongings.hasSchema(artifact)) {
        Removal what = registry.remove(artifact);
        removed += what == Removal.REMOVED ? 1 : 0;
        if (what == Removal.NOT_ALLOWED) {
          left.add(artifact);
        }
      }
    }
    if (!left.isEmpty()) {
      LOG.warn(
          "pipeline={} the registry lets nobody remove schemas, and keeps {}",
          removal.getPipeline(),
          left);
    }
    return removed;
  }

  /** All but the last. */
  void takeBackVersions(ExclusiveWriter writer) {
    facts.takeBackVersions(
        writer, removal.getPipeline() + "/" + removal.getVersion(), removal.getSince());
  }

  private void end(ExclusiveWriter writer) {
    String name = removal.getPipeline();
    if (purge.beginsAgain()) {
      int version = versions.beginAgain(writer, removal).getVersion();
      LOG.info("pipeline={} begins again with version {}", name, version);
    } else {
      if (!purge.keepsData()) { // what is kept is read by the versions that made it
        takeBackVersions(writer);
      }
      PipelineVersion unused = versions.end(writer, removal, purge);
      LOG.info("pipeline={} is removed", name);
    }
  }
}
