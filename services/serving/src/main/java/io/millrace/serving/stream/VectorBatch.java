package io.millrace.serving.stream;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.time.TimeBounds;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.features.FeatureState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Vectors as a model takes them.
 *
 * @param examples their ids
 * @param incomplete of each whether its windows lack something
 */
record VectorBatch(FeatureRows rows, List<String> examples, List<Boolean> incomplete) {

  /** Reads the vectors of a pipeline; not for several threads at once. */
  static final class Reader {
    private final Pipeline pipeline;
    private final Schema schema;
    private final RecordDecoder<GenericRecord> decoder;

    Reader(Pipeline pipeline, SchemaCache schemas) {
      this.pipeline = pipeline;
      this.schema = PipelineSchemas.of(pipeline).vector();
      this.decoder = RecordDecoder.generic(schemas, schema);
    }

    /** One vector, if it is one: with an id that one may have and a time. */
    Decoded<GenericRecord> decode(byte[] value) {
      Decoded<GenericRecord> decoded = decoder.decode(value);
      if (decoded instanceof Decoded.Value<GenericRecord>(GenericRecord vector, int unused)) {
        Object id = vector.get(pipeline.exampleStream().id());
        if (id == null) {
          return new Decoded.Failed<>(ErrorCode.NO_ID, "a vector without an id");
        }
        if (Limit.KEY_FIELD_CHARACTERS.isExceededBy(id.toString().length())) {
          return new Decoded.Failed<>(
              ErrorCode.STRING_TOO_LONG,
              "a vector with an id of "
                  + Limit.KEY_FIELD_CHARACTERS.exceededBy(id.toString().length()));
        }
        if (!(vector.get(pipeline.exampleStream().time()) instanceof Long time)
            || !TimeBounds.contain(time)) {
          return new Decoded.Failed<>(
              ErrorCode.NO_TIME, "a vector without a time of the years 1 to 9999");
        }
      }
      return decoded;
    }

    VectorBatch batch(List<GenericRecord> vectors) {
      Map<String, @Nullable Object[]> columns = new LinkedHashMap<>();
      for (Schema.Field field : schema.getFields()) {
        columns.put(
            field.name(), vectors.stream().map(vector -> vector.get(field.pos())).toArray());
      }
      String id = pipeline.exampleStream().id();
      String time = pipeline.exampleStream().time();
      List<OptionalLong> times = new ArrayList<>(vectors.size());
      List<String> examples = new ArrayList<>(vectors.size());
      List<Boolean> incomplete = new ArrayList<>(vectors.size());
      for (GenericRecord vector : vectors) {
        times.add(
            vector.get(time) instanceof Long micros
                ? OptionalLong.of(micros)
                : OptionalLong.empty());
        examples.add(String.valueOf(vector.get(id)));
        incomplete.add(Boolean.TRUE.equals(vector.get(PipelineSchemas.INCOMPLETE)));
      }
      return new VectorBatch(
          new FeatureRows(vectors.size(), columns, states(columns, times), times),
          examples,
          incomplete);
    }

    private Map<String, List<FeatureState>> states(
        Map<String, @Nullable Object[]> columns, List<OptionalLong> times) {
      Map<String, List<FeatureState>> states = new LinkedHashMap<>();
      for (Windowed feature : pipeline.windowed()) {
        @Nullable Object[] values = columns.getOrDefault(feature.name(), new Object[times.size()]);
        List<FeatureState> state = new ArrayList<>(times.size());
        for (int row = 0; row < values.length; row++) {
          state.add(FeatureState.ofVector(feature, values[row], times.get(row)));
        }
        states.put(feature.name(), state);
      }
      return states;
    }
  }
}
