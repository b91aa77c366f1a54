package io.millrace.evaluator.steps;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Verification;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.evaluator.registry.ModelLog;
import io.millrace.evaluator.scoring.ModelFiles;
import io.millrace.evaluator.settings.EvaluatorSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.RunClients;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.messaging.settings.MillraceSettings;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/** The worker that takes the evaluator's steps of every pipeline's runs. */
@ApplicationScoped
class RunBeans {
  @Produces
  @Singleton
  @Startup
  RunWorker worker(
      MillraceSettings settings,
      EvaluatorSettings evaluator,
      PipelineVersions versions,
      ModelLog log,
      ArtifactStore store,
      SchemaRegistry registry,
      SchemaCache schemas,
      Clock clock,
      KafkaClients kafka) {
    Reading reading = new Reading(evaluator.memory(), settings.state().dir().resolve("evaluate"));
    StepFiles files = new StepFiles(versions, store, reading);
    ModelFiles models = new ModelFiles(store, evaluator.threads(), evaluator.mostModelBytes());
    EvaluateStep evaluate = new EvaluateStep(files, models, new Champions(log, store), evaluator);
    FinishStep finish =
        new FinishStep(
            files,
            new Inspection(files, models, evaluator, System::nanoTime),
            new Publication(log, clock));
    RunWorker worker =
        new RunWorker(
            new RunClients(
                kafka,
                "evaluator",
                settings.instance(),
                registry,
                schemas,
                reference -> store.verify(Artifact.of(reference)) instanceof Verification.Intact,
                settings.runs().patience(),
                clock),
            List.of(evaluate, finish));
    worker.start();
    return worker;
  }

  void close(@Disposes RunWorker worker) {
    worker.close();
  }
}
