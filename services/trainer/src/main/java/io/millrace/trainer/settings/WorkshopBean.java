package io.millrace.trainer.settings;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.trainer.steps.Workshop;
import io.millrace.trainer.trees.Cuda;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the workshop of this process. */
@ApplicationScoped
class WorkshopBean {
  private static final String LIBRARY = "/xgboost4j-version.properties";

  @Produces
  @Singleton
  Workshop workshop(
      MillraceSettings shared,
      ArtifactStore store,
      TrainerSettings settings,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown")
          String version) {
    TrainerSettings.Trainer trainer = settings.trainer();
    FutureTask<Boolean> cuda = new FutureTask<>(Cuda::isAvailable);
    return new Workshop(
        store,
        trainer.memoryBytes(),
        trainer.readMemory(),
        shared.state().dir().resolve("spill"),
        trainer.threads().orElse(Runtime.getRuntime().availableProcessors()),
        trainer.parityRows(),
        trainer.seed(),
        () -> once(cuda),
        version,
        "xgboost4j-" + library());
  }

  /** A GPU neither comes nor goes while a process lives. */
  private static boolean once(FutureTask<Boolean> cuda) {
    cuda.run();
    return cuda.resultNow();
  }

  private static String library() {
    try (InputStream in = XGBoost.class.getResourceAsStream(LIBRARY)) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in, LIBRARY));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
