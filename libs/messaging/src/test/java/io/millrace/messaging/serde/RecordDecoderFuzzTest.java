package io.millrace.messaging.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;

/** Bytes without sense, and real records with faults. */
class RecordDecoderFuzzTest {
  private static final int ID = 7;

  @Test
  void shouldBearFlightsWithFaults() {
    Pipeline flights = FlightsFile.pipeline();
    Schema schema = PipelineSchemas.of(flights).stream(flights.streams().get("departures"));
    List<byte[]> real = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      real.add(RecordEncoder.generic(ID, schema).encode(departure(schema, i)));
    }
    RecordDecoder<GenericRecord> decoder = RecordDecoder.generic(of(schema), schema);
    assertThat(real)
        .allSatisfy(value -> assertThat(decoder.decode(value)).isInstanceOf(Decoded.Value.class));

    Fuzz.of("flights")
        .run(
            random ->
                random.nextInt(4) == 0 ? headed(Mutation.noise(random)) : Mutation.of(random, real),
            value -> {
              Decoded<GenericRecord> unused = decoder.decode(value);
            });
  }

  @Test
  void shouldBearFactsAndPredictionsWithFaults() {
    Instant at = Instant.parse("2001-01-25T00:00:00Z");
    fuzz(
        RunStep.class,
        RunStep.newBuilder()
            .setPipeline("flights")
            .setRun("20010125T000000-abcdef")
            .setStep("train")
            .setState("DONE")
            .setPipelineVersion(1)
            .setBy("trainer/local")
            .setAt(at)
            .build());
    fuzz(
        Prediction.class,
        Prediction.newBuilder()
            .setId("flights/1/7")
            .setModel("flights")
            .setVersion(1)
            .setDoor("stream")
            .setScore(0.5)
            .setFeatures(Map.of("carrier", "AA", "distance", 300.0, "late", 0.25))
            .setTime(at)
            .setAt(at)
            .build());
  }

  private static <T extends org.apache.avro.specific.SpecificRecord> void fuzz(
      Class<T> type, T real) {
    SchemaCache schemas = of(real.getSchema());
    RecordDecoder<T> decoder = RecordDecoder.specific(schemas, type);
    byte[] whole = RecordEncoder.specific(ID, type).encode((IndexedRecord) real);
    assertThat(decoder.decode(whole)).isInstanceOf(Decoded.Value.class);

    Fuzz.of(type.getSimpleName())
        .run(
            random -> Mutation.of(random, List.of(whole)),
            value -> {
              Decoded<T> unused = decoder.decode(value);
            });
  }

  private static GenericRecord departure(Schema schema, int number) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      Schema type = field.schema().getTypes().get(1);
      record.put(
          field.pos(),
          switch (type.getType()) {
            case STRING -> "text " + number;
            case LONG -> 980_000_000_000_000L + number;
            case DOUBLE -> number / 3.0;
            case BOOLEAN -> number % 2 == 0;
            default -> null;
          });
    }
    return record;
  }

  private static byte[] headed(byte[] bytes) {
    return io.millrace.fuzz.Junk.wire(ID, bytes);
  }

  private static SchemaCache of(Schema schema) {
    SchemaCache schemas = new SchemaCache(new RegistryInMemory());
    schemas.add(ID, schema);
    return schemas;
  }
}
