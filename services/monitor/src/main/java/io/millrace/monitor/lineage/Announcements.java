package io.millrace.monitor.lineage;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicReader;
import io.millrace.monitor.history.PipelineHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was announced of parts that a run has learned from, as far as the topic still has it: what
 * was replaced since is there for a day or more.
 */
public final class Announcements {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TopicReader topics;
  private final SchemaCache schemas;
  private final ControlReader<PartWritten> reader;

  /** A part in one of its versions. */
  record Key(String part, int version) {
    static Key of(PartWritten part) {
      return new Key(part.getPart(), part.getVersion());
    }
  }

  public Announcements(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.schemas = schemas;
    this.reader = new ControlReader<>(ControlTopic.DATASETS, schemas);
  }

  /** What is to be had of those that are wanted. Takes seconds where there are many parts. */
  Map<Key, PartWritten> find(PipelineHistory history, Set<Key> wanted) {
    Map<Key, PartWritten> found = new HashMap<>();
    Consumer<PartWritten> taker =
        part -> {
          Key key = Key.of(part);
          if (wanted.contains(key) && part.getPipeline().equals(history.pipeline())) {
            found.put(key, part);
          }
        };
    try {
      topics.readCommitted(
          ControlTopic.DATASETS.name(),
          record ->
              reader.read(
                  record,
                  taker,
                  purged -> {
                    if (purged.equals(history.pipeline())) {
                      found.clear();
                    }
                  }));
    } catch (KafkaException | RegistryUnavailableException e) {
      LOG.info("the lineage is told without offsets of parts: {}", e.toString());
    }
    return found;
  }

  /** Which parts a pipeline has now, by name; empty when that can't be had. */
  public Optional<Set<String>> names(String pipeline) {
    PartsIndex parts = new PartsIndex(pipeline);
    PartFacts facts = new PartFacts(schemas);
    try {
      topics.readCommitted(ControlTopic.DATASETS.name(), record -> facts.read(record, parts));
    } catch (KafkaException | RegistryUnavailableException e) {
      LOG.info("pipeline={} parts are those that are remembered: {}", pipeline, e.toString());
      return Optional.empty();
    }
    return Optional.of(
        parts.parts().stream().map(PartWritten::getPart).collect(Collectors.toSet()));
  }
}
