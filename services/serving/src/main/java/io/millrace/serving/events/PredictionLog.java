package io.millrace.serving.events;

import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.serving.events.PredictionRecords.Door;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.features.FeatureState;
import io.millrace.serving.models.ModelIdentity;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Tells of the predictions that were asked for by HTTP; costs the asker next to nothing. */
public final class PredictionLog implements AutoCloseable {
  private final Outbox outbox;
  private final Clock clock;
  private final Supplier<UUID> ids;

  /** By version of the pipeline; used on the outbox's thread only. */
  private final Map<String, Known> records = new HashMap<>();

  private record Known(int version, PredictionRecords records) {}

  public PredictionLog(Outbox outbox, Clock clock, Supplier<UUID> ids) {
    this.outbox = outbox;
    this.clock = clock;
    this.ids = ids;
  }

  public void write(
      RunnablePipeline pipeline, ModelIdentity model, FeatureRows rows, float[] scores) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    outbox.offer(
        rows.rows(), rows.memoryBytes(), producer -> records(pipeline, model, rows, scores, at));
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      RunnablePipeline pipeline,
      ModelIdentity model,
      FeatureRows rows,
      float[] scores,
      Instant at) {
    PredictionRecords form = form(pipeline);
    @Nullable Object[] examples = rows.column(pipeline.pipeline().exampleStream().id());
    List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>(rows.rows());
    for (int row = 0; row < rows.rows(); row++) {
      Object example = examples[row];
      made.add(
          form.record(
              Door.ONLINE,
              model,
              rows,
              row,
              scores[row],
              ids.get().toString(),
              example == null ? null : example.toString(),
              isIncomplete(rows, row),
              at));
    }
    return made;
  }

  private static boolean isIncomplete(FeatureRows rows, int row) {
    return rows.states().values().stream()
        .anyMatch(states -> states.get(row).equals(FeatureState.UNAVAILABLE));
  }

  private PredictionRecords form(RunnablePipeline pipeline) {
    Known known = records.get(pipeline.name());
    if (known == null || known.version() != pipeline.version()) {
      known = new Known(pipeline.version(), new PredictionRecords(pipeline));
      records.put(pipeline.name(), known);
    }
    return known.records();
  }

  @Override
  public void close() {
    outbox.close();
  }
}
