package io.millrace.transformer.fit;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicReader;
import java.time.Duration;
import java.util.List;

/** The parts of a pipeline, as {@code millrace.datasets} has them at the time. */
final class AnnouncedParts {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TopicReader topics;
  private final ControlReader<PartWritten> parts;

  AnnouncedParts(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.parts = new ControlReader<>(ControlTopic.DATASETS, schemas);
  }

  /** The newest version of each, by name. */
  List<PartWritten> of(String pipeline) {
    PartsIndex index = new PartsIndex(pipeline);
    topics.read(
        ControlTopic.DATASETS.name(),
        record ->
            parts.read(
                record,
                index::accept,
                purged -> {
                  if (purged.equals(pipeline)) {
                    index.clear();
                  }
                }));
    return index.parts();
  }
}
