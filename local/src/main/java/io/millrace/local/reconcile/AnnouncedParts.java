package io.millrace.local.reconcile;

import io.millrace.artifacts.Digest;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows in the parts that were announced for a pipeline. */
final class AnnouncedParts {
  private final KafkaClients kafka;
  private final Pipeline pipeline;
  private final SchemaCache schemas;

  AnnouncedParts(KafkaClients kafka, Pipeline pipeline, SchemaCache schemas) {
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.schemas = schemas;
  }

  void read(Ledger ledger) {
    for (PartWritten part : announced()) {
      Path file = Path.of(URI.create(part.getUri()));
      if (isIntact(part, file)) {
        ledger.part(part.getPart(), file, pipeline.exampleStream().id(), part.getRows());
      } else {
        ledger.damagedPart(part.getPart());
      }
    }
  }

  /** In the order of their announcement; the same part announced twice is there twice. */
  List<PartWritten> announced() {
    ControlReader<PartWritten> reader = new ControlReader<>(ControlTopic.DATASETS, schemas);
    List<PartWritten> parts = new ArrayList<>();
    TopicDump.read(
        kafka,
        ControlTopic.DATASETS.name(),
        record ->
            reader
                .read(record)
                .filter(part -> part.getPipeline().equals(pipeline.name()))
                .ifPresent(parts::add));
    return parts;
  }

  private static boolean isIntact(PartWritten part, Path file) {
    try {
      return Digest.of(file).equals(new Digest(part.getSha256(), part.getBytes()));
    } catch (IOException e) {
      return false;
    }
  }
}
