package io.millrace.system;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;

/** The predictions of a pipeline's stream, committed ones only. */
final class PredictionLog {
  private final Map<String, List<Prediction>> byExample = new HashMap<>();

  PredictionLog(RunningMillrace millrace, Pipeline pipeline) {
    RecordDecoder<Prediction> decoder =
        RecordDecoder.specific(millrace.schemas(), Prediction.class);
    TopicDump.read(
        millrace.system.kafka(),
        DataTopic.PREDICTIONS.of(pipeline.name()),
        record -> {
          switch (decoder.decode(record.value())) {
            case Decoded.Value<Prediction> value -> add(value.value());
            case Decoded.Failed<Prediction> failed -> throw new AssertionError(failed.message());
          }
        });
  }

  private void add(Prediction prediction) {
    if (prediction.getDoor().equals("stream")) {
      byExample
          .computeIfAbsent(
              Objects.requireNonNull(prediction.getExampleId()), id -> new ArrayList<>())
          .add(prediction);
    }
  }

  /** By example id; each list should have one. */
  Map<String, List<Prediction>> byExample() {
    return byExample;
  }

  long size() {
    return byExample.values().stream().mapToLong(List::size).sum();
  }

  /**
   * Scores and labels of the examples of a time range that have both.
   *
   * @param from microseconds, inclusive
   */
  List<Scored> labelled(RunningMillrace millrace, Pipeline pipeline, long from) {
    RecordDecoder<GenericRecord> rows =
        RecordDecoder.generic(millrace.schemas(), PipelineSchemas.of(pipeline).row());
    List<Scored> scored = new ArrayList<>();
    TopicDump.read(
        millrace.system.kafka(),
        DataTopic.ROWS.of(pipeline.name()),
        record -> {
          if (rows.decode(record.value()) instanceof Decoded.Value<GenericRecord> row
              && (Long) row.value().get(pipeline.exampleStream().time()) >= from) {
            List<Prediction> found =
                byExample.get(row.value().get(pipeline.exampleStream().id()).toString());
            if (found != null) {
              scored.add(
                  new Scored(
                      found.getFirst().getScore(),
                      (Boolean) row.value().get(pipeline.label().name())));
            }
          }
        });
    return scored;
  }

  record Scored(double score, boolean label) {}

  /** By definition: how often a positive scores above a negative, ties half; counted by ranks. */
  static double auc(List<Scored> scored) {
    List<Scored> sorted = new ArrayList<>(scored);
    sorted.sort(Comparator.comparingDouble(Scored::score));
    double pairs = 0;
    long negativesBelow = 0;
    long positives = 0;
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      long positivesHere = 0;
      while (to < sorted.size() && sorted.get(to).score() == sorted.get(from).score()) {
        positivesHere += sorted.get(to).label() ? 1 : 0;
        to++;
      }
      long negativesHere = to - from - positivesHere;
      pairs += positivesHere * (negativesBelow + negativesHere / 2.0);
      negativesBelow += negativesHere;
      positives += positivesHere;
      from = to;
    }
    return pairs / ((double) positives * negativesBelow);
  }
}
