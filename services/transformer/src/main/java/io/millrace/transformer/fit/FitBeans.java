package io.millrace.transformer.fit;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Verification;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.RunClients;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.transformer.parts.AnnouncedParts;
import io.millrace.transformer.parts.CutRequests;
import io.millrace.transformer.parts.RowsInParts;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The worker that takes the transform step of every pipeline's runs. */
@ApplicationScoped
class FitBeans {
  /** A bit more than a part may stay open. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Produces
  @Singleton
  @Startup
  RunWorker worker(
      MillraceSettings settings,
      FitSettings fit,
      PipelineVersions versions,
      SchemaRegistry registry,
      SchemaCache schemas,
      CutRequests cuts,
      KafkaClients kafka,
      ArtifactStore store) {
    Reading reading = new Reading(fit.memory(), settings.state().dir().resolve("fit"));
    AnnouncedParts announced = new AnnouncedParts(kafka, schemas);
    RowsInParts rows = new RowsInParts(kafka, cuts, PATIENCE);
    Freezer.Parts parts =
        pipeline -> {
          rows.await(pipeline);
          return announced.of(pipeline);
        };
    Freezer freezer = new Freezer(versions, parts, store, reading);
    RunWorker worker =
        new RunWorker(
            new RunClients(
                kafka,
                "transformer",
                settings.instance(),
                registry,
                schemas,
                reference -> store.verify(Artifact.of(reference)) instanceof Verification.Intact,
                settings.runs().patience(),
                Clock.systemUTC()),
            List.of(new TransformStep(freezer, store, reading)));
    worker.start();
    return worker;
  }

  void close(@Disposes RunWorker worker) {
    worker.close();
  }
}
