package io.millrace.contracts.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.features.FeaturePanes;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineSchemasTest {
  private static final Pipeline FLIGHTS = FlightsFile.pipeline();
  private static final PipelineSchemas SCHEMAS = PipelineSchemas.of(FLIGHTS);

  @Test
  void shouldDeriveTheRecordsOfTheFlights() {
    assertThat(shape(SCHEMAS.stream(FLIGHTS.exampleStream())))
        .isEqualTo(
            """
            millrace.flights.Departures
            flight_id long?
            departure timestamp-micros?
            origin string?
            destination string?
            distance_miles long?
            """);
    assertThat(shape(SCHEMAS.stream(FLIGHTS.labelStream())))
        .isEqualTo(
            """
            millrace.flights.Arrivals
            flight_id long?
            arrival timestamp-micros?
            delay_minutes long?
            """);
    assertThat(shape(SCHEMAS.row()))
        .isEqualTo(
            """
            millrace.flights.Row
            flight_id long?
            departure timestamp-micros?
            origin string?
            destination string?
            distance_miles long?
            hour long?
            weekday long?
            origin_delay_3h double?
            origin_late_1h double?
            destination_delay_3h double?
            _incomplete boolean
            late boolean
            _label_time timestamp-micros
            """);
    assertThat(shape(SCHEMAS.vector()))
        .isEqualTo(
            shape(SCHEMAS.row())
                .replace("Row", "Vector")
                .replace("late boolean\n_label_time timestamp-micros\n", ""));
  }

  @Test
  void shouldRegisterEachTopicUnderTheNameThatTheStockSerializerUses() {
    assertThat(SCHEMAS.artifacts().keySet())
        .containsExactly(
            "millrace.flights.departures-value",
            "millrace.flights.arrivals-value",
            "millrace.flights.examples-value",
            "millrace.flights.labels-value",
            "millrace.flights.vectors-value",
            "millrace.flights.rows-value",
            "millrace.flights.features-value",
            "millrace.flights.predictions-value",
            "millrace.flights.outcomes-value");
    assertThat(SCHEMAS.artifacts())
        .containsEntry("millrace.flights.examples-value", SCHEMAS.stream(FLIGHTS.exampleStream()))
        .containsEntry("millrace.flights.labels-value", SCHEMAS.stream(FLIGHTS.labelStream()))
        .containsEntry("millrace.flights.features-value", FeaturePanes.getClassSchema());
  }

  @ParameterizedTest
  @EnumSource
  void shouldDeriveEveryTypeAsTheTypeTableSays(TypeMapping type) {
    Schema schema = vectorWith("x: {type: %s}, xs: {type: %s, list: true}".formatted(type, type));

    Schema scalar = schema.getField("x").schema().getTypes().getLast();
    Schema list = schema.getField("xs").schema().getTypes().getLast();
    assertThat(scalar).isEqualTo(type.avro());
    assertThat(list.getElementType()).isEqualTo(type.avro());
  }

  @Test
  void shouldSayWhereEachGroupOfFieldsBegins() {
    VectorLayout layout = SCHEMAS.layout();
    List<Schema.Field> fields = SCHEMAS.row().getFields();

    assertThat(fields.get(layout.derived()).name()).isEqualTo("hour");
    assertThat(fields.get(layout.windowed()).name()).isEqualTo("origin_delay_3h");
    assertThat(fields.get(layout.incomplete()).name()).isEqualTo("_incomplete");
    assertThat(fields.get(layout.label()).name()).isEqualTo("late");
    assertThat(fields.get(layout.labelTime()).name()).isEqualTo("_label_time");
  }

  @Test
  void shouldStayReadableWhenAFieldIsAddedOrTakenAway() {
    Schema before = vectorWith("a: {type: INT}, b: {type: STRING}");
    Schema after = vectorWith("a: {type: INT}, c: {type: FLOAT, presence: {minFraction: 1}}");

    assertThat(canRead(after, before)).isTrue();
    assertThat(canRead(before, after)).isTrue();
  }

  @Test
  void shouldBeUnreadableWhenAFieldChangesItsType() {
    Schema before = vectorWith("a: {type: STRING}");
    Schema after = vectorWith("a: {type: INT}");

    assertThat(canRead(after, before)).isFalse();
  }

  @Property(tries = 200)
  void shouldGiveBackWhatWasWritten(@ForAll("rows") GenericRecord row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(row.getSchema()).write(row, encoder);
    encoder.flush();

    GenericRecord read =
        new GenericDatumReader<GenericRecord>(row.getSchema())
            .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));

    assertThat(read).isEqualTo(row);
  }

  @Provide
  Arbitrary<GenericRecord> rows() {
    return Arbitraries.randomValue(
        random -> {
          GenericRecord row = new GenericData.Record(SCHEMAS.row());
          for (Schema.Field field : SCHEMAS.row().getFields()) {
            Schema schema = field.schema();
            boolean nullable = schema.isUnion();
            if (!nullable || random.nextInt(4) > 0) {
              row.put(field.pos(), value(nullable ? schema.getTypes().getLast() : schema, random));
            }
          }
          return row;
        });
  }

  private static Object value(Schema schema, java.util.Random random) {
    return switch (schema.getType()) {
      case LONG -> random.nextLong();
      case DOUBLE -> random.nextGaussian();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> new org.apache.avro.util.Utf8("é" + random.nextInt());
      default -> throw new AssertionError(schema);
    };
  }

  private static boolean canRead(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  private static Schema vectorWith(String fields) {
    String yaml =
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: small}
        spec:
          streams:
            a: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, %s}}
            b: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, ok: {type: BOOL}}}
          label: {name: ok, kind: BINARY, value: ok, within: 1d}
        """
            .formatted(fields);
    return switch (PipelineFile.parse(yaml, "small.yaml")) {
      case PipelineFile.Valid valid -> PipelineSchemas.of(valid.pipeline()).vector();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.toString());
    };
  }

  /** One line a field: its name, its type, and whether it may be missing. */
  private static String shape(Schema schema) {
    StringBuilder shape = new StringBuilder(schema.getFullName()).append('\n');
    for (Schema.Field field : schema.getFields()) {
      boolean nullable = field.schema().isUnion();
      Schema value = nullable ? field.schema().getTypes().getLast() : field.schema();
      assertThat(field.hasDefaultValue()).isEqualTo(nullable || field.name().equals("_incomplete"));
      shape
          .append(field.name())
          .append(' ')
          .append(
              value.getLogicalType() == null
                  ? value.getType().getName()
                  : value.getLogicalType().getName())
          .append(nullable ? "?\n" : "\n");
    }
    return shape.toString();
  }
}
