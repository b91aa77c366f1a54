package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import java.time.Instant;

/** Events of the model flights. */
final class Models {
  private Models() {}

  static ModelEvent version(int number) {
    return version("flights", number);
  }

  static ModelEvent version(String model, int number) {
    return ModelEvent.newBuilder()
        .setModel(model)
        .setChange(
            ModelVersion.newBuilder()
                .setVersion(number)
                .setRun("run-" + number)
                .setPipelineVersion(1)
                .setFile(artifact("model", number))
                .setCard(artifact("card", number))
                .setWarmup(artifact("warmup", number))
                .setStatistics(artifact("statistics", number))
                .build())
        .setAt(Instant.parse("2001-01-25T00:00:00Z"))
        .build();
  }

  private static ArtifactRef artifact(String kind, int number) {
    return ArtifactRef.newBuilder()
        .setKind(kind)
        .setUri("file:///store/" + kind + number)
        .setSha256("%064x".formatted(number))
        .setBytes(number)
        .build();
  }
}
