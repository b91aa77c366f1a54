package io.millrace.serving;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.registry.SchemaRegistry;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/** Answers in place of a server. */
@Alternative
@Priority(1)
@Singleton
public final class FakeRegistry implements SchemaRegistry {
  private static final int PIPELINE_ID = 5;

  private final Map<Integer, Schema> schemas =
      Map.of(
          Flights.VECTOR_ID,
          PipelineSchemas.of(Flights.PIPELINE).vector(),
          Flights.PREDICTION_ID,
          Prediction.getClassSchema(),
          Flights.MODEL_ID,
          ModelEvent.getClassSchema(),
          Flights.ALERT_ID,
          AlertEvent.getClassSchema(),
          PIPELINE_ID,
          PipelineVersion.getClassSchema());

  @Override
  public Registration register(String artifactId, Schema schema) {
    return schemas.entrySet().stream()
        .filter(known -> known.getValue().equals(schema))
        .<Registration>map(known -> new Registration.Accepted(known.getKey()))
        .findFirst()
        .orElseGet(() -> new Registration.Incompatible(artifactId, Optional.empty(), "unknown"));
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    return register(artifactId, schema);
  }

  @Override
  public Removal remove(String artifactId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Schema> schema(int id) {
    return Optional.ofNullable(schemas.get(id));
  }
}
