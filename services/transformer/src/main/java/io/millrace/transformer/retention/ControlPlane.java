package io.millrace.transformer.retention;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTaker;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.runs.Runs;
import io.millrace.messaging.topics.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads all that is said of pipelines now. */
final class ControlPlane {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TopicReader topics;
  private final PartFacts parts;
  private final ControlReader<RunStep> steps;
  private final ControlReader<ModelEvent> events;
  private final ControlReader<PipelineVersion> versions;

  ControlPlane(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.parts = new PartFacts(schemas);
    this.steps = new ControlReader<>(ControlTopic.RUNS, schemas);
    this.events = new ControlReader<>(ControlTopic.MODELS, schemas);
    this.versions = new ControlReader<>(ControlTopic.PIPELINES, schemas);
  }

  /** What is said, by pipeline. */
  record Said(
      Map<String, PartsIndex> parts,
      Runs runs,
      Map<String, ModelHistory> models,
      Map<String, PipelineVersion> newest) {

    /** The pipelines that were ever applied. */
    Iterable<String> pipelines() {
      return new TreeSet<>(newest.keySet());
    }

    /** Of one pipeline, be it that nothing is said. */
    PipelineFacts of(String name) {
      return new PipelineFacts(
          name,
          Optional.ofNullable(newest.get(name)),
          Optional.ofNullable(parts.get(name)).orElseGet(() -> new PartsIndex(name)).parts(),
          runs.of(name),
          models.getOrDefault(name, ModelHistory.of(name)));
    }
  }

  /**
   * All of it. Parts come first: a run that has chosen among parts which are gone since was asked
   * for before they went, and so is seen.
   */
  Said read() {
    Said said = new Said(new HashMap<>(), Runs.all(), new HashMap<>(), new TreeMap<>());
    PartTaker each = byPipeline(said.parts());
    topics.read(ControlTopic.DATASETS.name(), record -> parts.read(record, each));
    topics.read(
        ControlTopic.RUNS.name(),
        record -> steps.read(record, said.runs()::accept, said.runs()::forget));
    topics.read(
        ControlTopic.MODELS.name(),
        record ->
            events.read(
                record,
                event ->
                    said.models()
                        .compute(
                            event.getModel(),
                            (name, known) ->
                                (known == null ? ModelHistory.of(name) : known).with(event)),
                said.models()::remove));
    topics.read(
        ControlTopic.PIPELINES.name(),
        record ->
            versions.read(
                record,
                version ->
                    said.newest()
                        .merge(
                            version.getPipeline(),
                            version,
                            (a, b) -> a.getVersion() > b.getVersion() ? a : b)));
    return said;
  }

  private static PartTaker byPipeline(Map<String, PartsIndex> parts) {
    return new PartTaker() {
      @Override
      public boolean accept(PartWritten part) {
        return parts.computeIfAbsent(part.getPipeline(), PartsIndex::new).accept(part);
      }

      @Override
      public boolean delete(PartKey part) {
        PartsIndex known = parts.get(part.pipeline());
        return known != null && known.delete(part);
      }

      @Override
      public void purge(String pipeline) {
        parts.remove(pipeline);
      }
    };
  }
}
