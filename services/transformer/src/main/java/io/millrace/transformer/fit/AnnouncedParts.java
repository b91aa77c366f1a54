package io.millrace.transformer.fit;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parts of a pipeline, as {@code millrace.datasets} has them at the time. */
record AnnouncedParts(KafkaClients kafka, SchemaCache schemas) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The newest version of each, by name. */
  List<PartWritten> of(String pipeline) {
    Map<String, PartWritten> newest = new TreeMap<>();
    RecordDecoder<PartWritten> decoder = RecordDecoder.specific(schemas, PartWritten.class);
    new TopicReader(kafka, PATIENCE)
        .readPartition(
            ControlTopic.DATASETS.name(),
            partitions -> ControlRecords.partitionOf(pipeline, partitions),
            record -> {
              PartWritten part = part(decoder.decode(record.value()));
              if (part.getPipeline().equals(pipeline)) {
                newest.merge(
                    part.getPart(), part, (a, b) -> a.getVersion() > b.getVersion() ? a : b);
              }
            });
    return List.copyOf(newest.values());
  }

  private static PartWritten part(Decoded<PartWritten> decoded) {
    return switch (decoded) {
      case Decoded.Value<PartWritten> value -> value.value();
      case Decoded.Failed<PartWritten> failed ->
          throw new IllegalStateException("an announced part: " + failed.message());
    };
  }
}
