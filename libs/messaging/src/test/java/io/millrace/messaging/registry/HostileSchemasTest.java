package io.millrace.messaging.registry;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Junk;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Whoever can register a schema may register any, and write any bytes under its id. */
class HostileSchemasTest {
  private static final int ID = 7;
  private static final Schema READER =
      PipelineSchemas.of(FlightsFile.pipeline()).stream(
          FlightsFile.pipeline().streams().get("departures"));
  private static final List<String> REAL =
      List.of(READER.toString(), RunStep.getClassSchema().toString());

  private record Input(String schema, byte[] body) {}

  @Test
  void shouldBearRealSchemasWithFaults() {
    Fuzz.of("schemas with faults")
        .run(random -> new Input(Mutation.ofText(random, REAL), body(random)), this::read);
  }

  @Test
  void shouldBearSchemasOfAnyForm() {
    Fuzz.of("schemas of any form")
        .run(random -> new Input(record(random, "Departures", 5), body(random)), this::read);
  }

  private void read(Input input) {
    SchemaCache schemas = new SchemaCache(new OneText(input.schema()));
    Decoded<GenericRecord> unused =
        RecordDecoder.generic(schemas, READER).decode(Junk.wire(ID, input.body()));
  }

  private static byte[] body(Random random) {
    byte[] noise = Mutation.noise(random);
    if (random.nextBoolean()) { // small numbers, so that more of it can be read
      for (int i = 0; i < noise.length; i++) {
        noise[i] &= 3;
      }
    }
    return noise;
  }

  /** With the reader's fields or others, of types that nest, unfold and hold themselves. */
  private static String record(Random random, String name, int depth) {
    return IntStream.range(0, random.nextInt(6))
        .mapToObj(
            i ->
                "{\"name\":\"%s\",\"type\":%s}"
                    .formatted(
                        random.nextInt(3) == 0
                            ? "f" + i
                            : READER
                                .getFields()
                                .get(random.nextInt(READER.getFields().size()))
                                .name(),
                        type(random, depth)))
        .collect(
            Collectors.joining(
                ",", "{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[", "]}"));
  }

  private static String type(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      List<String> primitives =
          List.of(
              "null", "boolean", "int", "long", "float", "double", "bytes", "string", "Departures");
      return "\"" + primitives.get(random.nextInt(primitives.size())) + "\"";
    }
    return switch (random.nextInt(6)) {
      case 0 -> "{\"type\":\"array\",\"items\":" + type(random, depth - 1) + "}";
      case 1 -> "{\"type\":\"map\",\"values\":" + type(random, depth - 1) + "}";
      case 2 -> "[\"null\"," + type(random, depth - 1) + "]";
      case 3 -> record(random, "R" + random.nextInt(1_000_000), depth - 1);
      case 4 ->
          "{\"type\":\"fixed\",\"name\":\"F%d\",\"size\":%d}"
              .formatted(
                  random.nextInt(1_000_000),
                  new int[] {0, 1, 16, 1 << 20, Integer.MAX_VALUE}[random.nextInt(5)]);
      default ->
          "{\"type\":\"enum\",\"name\":\"E%d\",\"symbols\":[\"A\",\"B\"]}"
              .formatted(random.nextInt(1_000_000));
    };
  }

  /** Answers with a text, whatever is asked for. */
  private static final class OneText extends RegistryInMemory {
    private final String text;

    OneText(String text) {
      this.text = text;
    }

    @Override
    public Optional<Schema> schema(int id) {
      return Optional.of(
          ApicurioRegistry.parsed(text)
              .orElseThrow(() -> new UnusableSchemaException("is no Avro schema")));
    }
  }
}
