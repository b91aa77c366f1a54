package io.millrace.local.reconcile;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.LocalFile;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTaker;
import io.millrace.messaging.registry.SchemaCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rows in the parts that were announced for a pipeline. */
final class AnnouncedParts {
  private final KafkaClients kafka;
  private final Pipeline pipeline;
  private final SchemaCache schemas;
  private final ArtifactStore artifacts;

  AnnouncedParts(
      KafkaClients kafka, Pipeline pipeline, SchemaCache schemas, ArtifactStore artifacts) {
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.schemas = schemas;
    this.artifacts = artifacts;
  }

  void read(Ledger ledger) {
    for (PartWritten part : announced()) {
      try (LocalFile file = artifacts.fetch(artifact(part))) {
        ledger.part(part.getPart(), file.path(), pipeline.exampleStream().id(), part.getRows());
      } catch (ArtifactException e) {
        ledger.damagedPart(part.getPart());
      } catch (IOException e) {
        throw new UncheckedIOException(e); // nothing is known of it
      }
    }
  }

  /**
   * In the order of their announcement; the same part announced twice is there twice. Those that
   * were replaced or taken back are not.
   */
  List<PartWritten> announced() {
    PartFacts reader = new PartFacts(schemas);
    List<PartWritten> parts = new ArrayList<>();
    PartTaker taker =
        new PartTaker() {
          @Override
          public boolean accept(PartWritten part) {
            if (!part.getPipeline().equals(pipeline.name())) {
              return false;
            }
            Set<String> gone = Set.copyOf(part.getReplaces());
            parts.removeIf(known -> gone.contains(known.getPart()));
            return parts.add(part);
          }

          @Override
          public boolean delete(PartKey gone) {
            return parts.removeIf(known -> PartKey.of(known).equals(gone));
          }

          @Override
          public void purge(String purged) {
            if (purged.equals(pipeline.name())) {
              parts.clear();
            }
          }
        };
    TopicDump.read(kafka, ControlTopic.DATASETS.name(), record -> reader.read(record, taker));
    return parts;
  }

  private static Artifact artifact(PartWritten part) {
    return new Artifact(URI.create(part.getUri()), part.getSha256(), part.getBytes());
  }
}
