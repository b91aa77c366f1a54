package io.millrace.transformer.fit;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Verification;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.RunClients;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.transformer.parts.CutRequests;
import io.millrace.transformer.parts.RowsInParts;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

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
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "localhost:9092")
          String bootstrapServers,
      @ConfigProperty(
              name = "millrace.artifacts.root",
              defaultValue = "file:///tmp/millrace/artifacts")
          URI artifactsRoot) {
    ArtifactStore store = ArtifactStore.at(artifactsRoot);
    Reading reading = new Reading(fit.memory(), settings.state().dir().resolve("fit"));
    AnnouncedParts announced = new AnnouncedParts(bootstrapServers, schemas);
    RowsInParts rows = new RowsInParts(bootstrapServers, cuts, PATIENCE);
    Freezer.Parts parts =
        pipeline -> {
          rows.await(pipeline);
          return announced.of(pipeline);
        };
    Freezer freezer = new Freezer(versions, parts, store, reading);
    RunWorker worker =
        new RunWorker(
            new RunClients(
                bootstrapServers,
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
