package io.millrace.local.demo;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.reconcile.Reconciler;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Finds out, from the topics and the raw files alone, what happened in a demo. */
final class Audit {
  private final RunningSystem system;
  private final Pipeline pipeline;
  private final DemoScript script;
  private final SchemaCache schemas;
  private final ArtifactStore artifacts;
  private final Consumer<String> progress;

  /**
   * @param progress is told what is being done
   */
  Audit(
      RunningSystem system, AppliedPipeline applied, DemoScript script, Consumer<String> progress) {
    this.system = system;
    this.pipeline = applied.pipeline();
    this.script = script;
    this.schemas = system.schemas();
    this.artifacts = system.artifacts();
    this.progress = progress;
  }

  /** Reads up to where the topics end now: nothing may be on its way any more. */
  DemoReport report(Questions.Tally questions, long skippedByServing) {
    progress.accept("what the runs, models and alerts say");
    Facts facts = new Facts(system.kafka(), schemas, pipeline.name());
    progress.accept("every record against every other, by id");
    var reconciled =
        new Reconciler(system.kafka(), pipeline, schemas, artifacts).reconcileWithOutcomes();
    Stream labels = pipeline.labelStream();
    try (Numbers numbers =
        new Numbers(
            Numbers.labelsOf(
                file(labels), labels.id(), labels.time(), sql(pipeline.label().value())))) {
      progress.accept("the streams against their files");
      pipeline.streams().values().forEach(stream -> readStream(stream, numbers));
      progress.accept("what the old champion would have said");
      readPredictions(facts, numbers);
      numbers.finish();
      return new DemoReport(
          script,
          pipeline,
          facts,
          numbers,
          reconciled,
          questions,
          skippedByServing,
          stream -> numbers.files(stream.name(), file(stream), stream.id(), stream.time(), from()));
    }
  }

  private void readStream(Stream stream, Numbers numbers) {
    RecordDecoder<GenericRecord> decoder =
        RecordDecoder.generic(schemas, PipelineSchemas.of(pipeline).stream(stream));
    TopicDump.read(
        system.kafka(),
        pipeline.topicOf(stream),
        record -> {
          GenericRecord event = require(decoder.decode(record.value()));
          numbers.sent(
              stream.name(),
              event.get(stream.id()).toString(),
              (Long) event.get(stream.time()),
              record.timestamp() * 1000);
        });
  }

  private void readPredictions(Facts facts, Numbers numbers) {
    RecordDecoder<Prediction> decoder = RecordDecoder.specific(schemas, Prediction.class);
    int old = oldVersion(decoder);
    Optional<ModelVersion> version = facts.version(old);
    Stream examples = pipeline.exampleStream();
    OldCodes codes =
        new OldCodes(
            file(examples), examples.id(), examples.time(), script.fields(), script.switchMicros());
    try (OldChampion onOldCodes =
            version.map(v -> new OldChampion(v, artifacts, numbers::reference)).orElse(null);
        OldChampion asServed =
            version.map(v -> new OldChampion(v, artifacts, numbers::replayed)).orElse(null)) {
      eachPrediction(
          decoder,
          (id, prediction) -> {
            long t = micros(prediction.getTime());
            numbers.prediction(id, prediction.getVersion(), prediction.getScore(), t);
            if (onOldCodes != null && asServed != null) {
              Map<String, @Nullable Object> features = features(prediction);
              asServed.add(id, features);
              onOldCodes.add(id, codes.in(id, features));
            }
          });
      if (onOldCodes != null && asServed != null) {
        onOldCodes.flush();
        asServed.flush();
      }
    }
  }

  /** The version that predicted the last example before the switch. */
  private int oldVersion(RecordDecoder<Prediction> decoder) {
    long[] best = {Long.MIN_VALUE, 0};
    eachPrediction(
        decoder,
        (id, prediction) -> {
          long t = micros(prediction.getTime());
          if (t < script.switchMicros() && t > best[0]) {
            best[0] = t;
            best[1] = prediction.getVersion();
          }
        });
    return (int) best[1];
  }

  private interface EachPrediction {
    void accept(String example, Prediction prediction);
  }

  private void eachPrediction(RecordDecoder<Prediction> decoder, EachPrediction each) {
    TopicDump.read(
        system.kafka(),
        DataTopic.PREDICTIONS.of(pipeline.name()),
        record -> {
          Prediction prediction = require(decoder.decode(record.value()));
          if (prediction.getDoor().equals("stream")) {
            each.accept(key(record), prediction);
          }
        });
  }

  private static Map<String, @Nullable Object> features(Prediction prediction) {
    return new HashMap<>(prediction.getFeatures());
  }

  private Path file(Stream stream) {
    return script.folder().resolve("data").resolve(stream.name() + ".parquet");
  }

  private long from() {
    return script.from().map(Audit::micros).orElse(Long.MIN_VALUE / 2);
  }

  /** A comparison in CEL is one in SQL, too. */
  private static String sql(String expression) {
    return "(" + expression.replace("&&", "AND").replace("||", "OR").replace("==", "=") + ")";
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static <T> T require(Decoded<T> decoded) {
    return switch (decoded) {
      case Decoded.Value<T> value -> value.value();
      case Decoded.Failed<T> failed -> throw new IllegalStateException(failed.message());
    };
  }
}
