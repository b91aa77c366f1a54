package io.millrace.serving.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.predictions.Prediction;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.serving.FakeRegistry;
import io.millrace.serving.Flights;
import io.millrace.serving.events.PredictionRecords.Door;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.models.ModelIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionRecordsTest {
  private static final FeatureRows ROW =
      new FeatureRows(1, Map.of(), Map.of(), List.of(OptionalLong.of(0)));
  private static final ModelIdentity MODEL = new ModelIdentity("flights", 1, List.of(), "score");

  /** Whoever reads predictions adds them up, and no sum has an infinity. */
  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
  void shouldHaveNoScoreThatIsNoNumber(float score) {
    assertThat(scored(score).getScore()).isNull();
    assertThat(scored(0.5f).getScore()).isEqualTo(0.5);
  }

  private static Prediction scored(float score) {
    byte[] value =
        new PredictionRecords(Flights.runnable(1))
            .record(Door.STREAM, MODEL, ROW, 0, score, "p", "1", false, Instant.EPOCH)
            .value();
    SchemaCache schemas = new SchemaCache(new FakeRegistry());
    schemas.add(Flights.PREDICTION_ID, Prediction.getClassSchema());
    return switch (RecordDecoder.specific(schemas, Prediction.class).decode(value)) {
      case Decoded.Value<Prediction> decoded -> decoded.value();
      case Decoded.Failed<Prediction> failed -> throw new AssertionError(failed.message());
    };
  }
}
