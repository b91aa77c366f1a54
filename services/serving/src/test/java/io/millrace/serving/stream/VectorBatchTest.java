package io.millrace.serving.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.serving.Flights;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** What is no vector, whoever has written it. */
class VectorBatchTest {
  private static final Pipeline PIPELINE = Flights.ofTextIds();
  private static final Schema SCHEMA = PipelineSchemas.of(PIPELINE).vector();

  /** Its prediction, which has it twice, would be larger than a record may be. */
  @Test
  void shouldTakeNoVectorWithAnIdThatIsTooLongForAKey() {
    int most = Limit.KEY_FIELD_CHARACTERS.most();

    assertThat(decode("i".repeat(most))).isInstanceOf(Decoded.Value.class);
    assertThat(decode("i".repeat(most + 1)))
        .isEqualTo(
            new Decoded.Failed<GenericRecord>(
                ErrorCode.STRING_TOO_LONG,
                "a vector with an id of " + Limit.KEY_FIELD_CHARACTERS.exceededBy(most + 1)));
  }

  private static Decoded<GenericRecord> decode(String id) {
    GenericRecord vector = new GenericData.Record(SCHEMA);
    vector.put("flight_id", id);
    vector.put("departure", Flights.micros("2001-01-10T12:00:00Z"));
    vector.put(PipelineSchemas.INCOMPLETE, false);
    SchemaCache schemas = new SchemaCache(new RegistryInMemory());
    schemas.add(Flights.VECTOR_ID, SCHEMA);
    return new VectorBatch.Reader(PIPELINE, schemas)
        .decode(RecordEncoder.generic(Flights.VECTOR_ID, SCHEMA).encode(vector));
  }
}
