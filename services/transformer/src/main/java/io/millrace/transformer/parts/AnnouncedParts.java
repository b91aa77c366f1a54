package io.millrace.transformer.parts;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicReader;
import java.time.Duration;
import java.util.List;

/** The parts of a pipeline, as {@code millrace.datasets} has them at the time. */
public final class AnnouncedParts {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TopicReader topics;
  private final PartFacts parts;

  public AnnouncedParts(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.parts = new PartFacts(schemas);
  }

  /** The newest version of each, by name. */
  public List<PartWritten> of(String pipeline) {
    return index(pipeline).parts();
  }

  PartsIndex index(String pipeline) {
    PartsIndex index = new PartsIndex(pipeline);
    topics.read(ControlTopic.DATASETS.name(), record -> parts.read(record, index));
    return index;
  }
}
