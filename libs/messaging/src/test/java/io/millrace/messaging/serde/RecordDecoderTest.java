package io.millrace.messaging.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
  private static final int ID = 9;
  private static final long MOST_BYTES = 16 << 20;
  private static final Schema READER =
      SchemaBuilder.record("Reading")
          .fields()
          .optionalString("id")
          .name("values")
          .type()
          .array()
          .items()
          .nullable()
          .doubleType()
          .arrayDefault(List.of())
          .endRecord();

  private final RegistryInMemory registry = new RegistryInMemory(ID, READER);
  private final RecordDecoder<GenericRecord> decoder =
      RecordDecoder.generic(new SchemaCache(registry), READER);

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    GenericRecord written =
        new GenericRecordBuilder(READER)
            .set("id", "a")
            .set("values", List.of(1.5, Double.NaN))
            .build();

    Decoded<GenericRecord> decoded =
        decoder.decode(RecordEncoder.generic(ID, READER).encode(written));

    assertThat(decoded).isInstanceOf(Decoded.Value.class);
    GenericRecord read = ((Decoded.Value<GenericRecord>) decoded).value();
    assertThat(GenericData.get().compare(read, written, READER)).isZero();
    assertThat(read.get("id")).isInstanceOf(String.class);
  }

  @Test
  void shouldReadFieldsThatAReaderDoesNotHave() throws IOException {
    Schema writer =
        SchemaBuilder.record("Reading")
            .fields()
            .name("more")
            .type()
            .map()
            .values()
            .array()
            .items()
            .longType()
            .noDefault()
            .name("digest")
            .type()
            .fixed("Digest")
            .size(16)
            .noDefault()
            .requiredString("id")
            .name("values")
            .type()
            .array()
            .items()
            .floatType()
            .noDefault()
            .endRecord();
    registry.add(7, writer);
    GenericRecord written =
        new GenericRecordBuilder(writer)
            .set("more", Map.of("x", List.of(1L, 2L), "y", List.of()))
            .set("digest", new GenericData.Fixed(writer.getField("digest").schema(), new byte[16]))
            .set("id", "a")
            .set("values", List.of(1.5f))
            .build();

    Decoded<GenericRecord> decoded =
        decoder.decode(RecordEncoder.generic(7, writer).encode(written));

    GenericRecord read = ((Decoded.Value<GenericRecord>) decoded).value();
    assertThat(read.get("id")).isEqualTo("a");
    assertThat(read.get("values")).isEqualTo(List.of(1.5));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        -1,
        100,
        2_000_000_000L,
        2_147_483_638L,
        2_147_483_639L, // the most that Avro has an array for
        2_147_483_640L, // from here on it throws UnsupportedOperationException
        2_147_483_647L,
        2_147_483_648L,
        4_294_967_296L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1
      })
  void shouldRefuseALengthThatIsNotThere(long length) throws IOException {
    byte[] string =
        value(
            out -> {
              out.writeIndex(1);
              out.writeLong(length);
            });
    byte[] array =
        value(
            out -> {
              out.writeIndex(0);
              out.writeLong(length);
            });
    byte[] sizedBlock =
        value(
            out -> {
              out.writeIndex(0);
              out.writeLong(-1);
              out.writeLong(length);
            });

    assertThat(code(string)).isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(code(array)).isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(code(sizedBlock)).isEqualTo(ErrorCode.UNDECODABLE);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 2, 2_147_483_647L, 2_147_483_648L, Long.MIN_VALUE, Long.MAX_VALUE})
  void shouldRefuseABranchThatAUnionHasNot(long branch) throws IOException {
    assertThat(code(value(out -> out.writeLong(branch)))).isEqualTo(ErrorCode.UNDECODABLE);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1000, 2_147_483_640L, 2_147_483_648L, Long.MAX_VALUE, Long.MIN_VALUE})
  void shouldRefuseWhatIsSkippedAndNotThere(long length) throws IOException {
    for (Schema skipped :
        List.of(
            Schema.create(Schema.Type.STRING),
            Schema.create(Schema.Type.BYTES),
            Schema.createArray(Schema.create(Schema.Type.LONG)),
            Schema.createMap(Schema.create(Schema.Type.LONG)))) {
      registry.add(8, withField(skipped));
      RecordDecoder<GenericRecord> fresh = RecordDecoder.generic(new SchemaCache(registry), READER);
      byte[] value = value(out -> out.writeLong(length));
      value[4] = 8;

      assertThat(code(fresh, value)).as(skipped.toString()).isEqualTo(ErrorCode.UNDECODABLE);
    }
  }

  @Test
  void shouldRefuseAnEnumsPlaceThatIsNone() throws IOException {
    Schema answer = SchemaBuilder.enumeration("Answer").symbols("YES", "NO");
    Schema schema =
        SchemaBuilder.record("R").fields().name("a").type(answer).noDefault().endRecord();
    registry.add(8, schema);
    RecordDecoder<GenericRecord> reader = RecordDecoder.generic(new SchemaCache(registry), schema);
    for (int place : new int[] {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] value = value(out -> out.writeEnum(place));
      value[4] = 8;

      assertThat(code(reader, value)).as("place %d", place).isEqualTo(ErrorCode.UNDECODABLE);
    }
  }

  /** Each would be believed for hours: nothing is read for an item, so no end is ever met. */
  @Test
  void shouldRefuseItemsWithoutBytesHoweverMany() throws IOException {
    Schema empty = SchemaBuilder.record("Empty").fields().endRecord();
    for (Schema nothing :
        List.of(Schema.create(Schema.Type.NULL), empty, Schema.createFixed("F", null, null, 0))) {
      registry.add(8, withField(Schema.createArray(nothing)));
      RecordDecoder<GenericRecord> fresh = RecordDecoder.generic(new SchemaCache(registry), READER);
      byte[] value = value(out -> out.writeLong(Long.MAX_VALUE));
      value[4] = 8;

      ErrorCode code = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> code(fresh, value));

      assertThat(code).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
    }
  }

  /** A record that holds itself a million times over, one byte each. */
  @Test
  void shouldRefuseASchemaThatHoldsItself() throws IOException {
    Schema list =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": ["null", "Node"]}]}
                """);
    registry.add(8, withField(list));
    byte[] value = new byte[1 << 20];
    java.util.Arrays.fill(value, (byte) 2);
    value[0] = value[1] = value[2] = value[3] = 0;
    value[4] = 8;

    assertThat(code(value)).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  /** Sixty small types, each with two fields of the one before: 2^60 fields. */
  @Test
  void shouldRefuseASchemaThatUnfoldsWithoutEnd() throws IOException {
    Schema last = SchemaBuilder.record("R0").fields().requiredInt("a").endRecord();
    for (int i = 1; i <= 60; i++) {
      last =
          SchemaBuilder.record("R" + i)
              .fields()
              .name("a")
              .type(last)
              .noDefault()
              .name("b")
              .type(last)
              .noDefault()
              .endRecord();
    }
    registry.add(8, withField(last));
    byte[] value = value(out -> {});
    value[4] = 8;

    ErrorCode code = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> code(value));

    assertThat(code).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseATowerOfArraysAndTenThousandFields() throws IOException {
    Schema tower = Schema.create(Schema.Type.LONG);
    for (int i = 0; i < 900; i++) {
      tower = Schema.createArray(tower);
    }
    SchemaBuilder.FieldAssembler<Schema> wide = SchemaBuilder.record("Wide").fields();
    for (int i = 0; i < 10_000; i++) {
      wide.requiredInt("f" + i);
    }
    registry.add(8, withField(tower));
    registry.add(10, withField(wide.endRecord()));
    for (int id : new int[] {8, 10}) {
      byte[] value = value(out -> {});
      value[4] = (byte) id;

      assertThat(code(value)).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
    }
  }

  @Test
  void shouldGoOnAfterEachFailure() throws IOException {
    byte[] good =
        RecordEncoder.generic(ID, READER)
            .encode(new GenericRecordBuilder(READER).set("id", "a").build());
    byte[] damaged =
        value(
            out -> {
              out.writeIndex(1);
              out.writeLong(2_147_483_648L);
            });

    assertThat(code(damaged)).isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(decoder.decode(good)).isInstanceOf(Decoded.Value.class);
    assertThat(code(java.util.Arrays.copyOf(good, good.length + 1)))
        .isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(code(java.util.Arrays.copyOf(good, good.length - 1)))
        .isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(decoder.decode(good)).isInstanceOf(Decoded.Value.class);
  }

  @Test
  void shouldTakeATombstoneForNoValueAndNotFail() {
    assertThat(code(null)).isEqualTo(ErrorCode.UNDECODABLE);
    assertThat(code(new byte[0])).isEqualTo(ErrorCode.UNDECODABLE);
  }

  private ErrorCode code(byte @Nullable [] value) {
    return code(decoder, value);
  }

  /** Of a refusal, which must have been cheap. */
  private static ErrorCode code(RecordDecoder<GenericRecord> decoder, byte @Nullable [] value) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    AtomicLong before = new AtomicLong(threads.getCurrentThreadAllocatedBytes());
    Decoded<GenericRecord> decoded = decoder.decode(value);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before.get()).isLessThan(MOST_BYTES);
    assertThat(decoded).isInstanceOf(Decoded.Failed.class);
    return ((Decoded.Failed<GenericRecord>) decoded).code();
  }

  private static Schema withField(Schema first) {
    return SchemaBuilder.record("Reading")
        .fields()
        .name("more")
        .type(first)
        .noDefault()
        .optionalString("id")
        .name("values")
        .type(READER.getField("values").schema())
        .noDefault()
        .endRecord();
  }

  private interface Writing {
    void to(BinaryEncoder out) throws IOException;
  }

  /** A value of schema {@link #ID} that begins so. */
  private static byte[] value(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {0, 0, 0, 0, ID});
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    writing.to(encoder);
    return out.toByteArray();
  }

  /** Avro keeps what it made to read with for as long as its model: 6 KB for each decoder. */
  @Test
  void shouldKeepNothingOfADecoderThatIsNoLongerUsed() {
    SchemaCache schemas = new SchemaCache(registry);
    List<WeakReference<Schema>> read = new ArrayList<>();

    for (int i = 0; i < 500; i++) {
      switch (RecordDecoder.generic(schemas, READER).decode(Junk.wire(ID, new byte[] {0, 0}))) {
        case Decoded.Value<GenericRecord> value ->
            read.add(new WeakReference<>(value.value().getSchema()));
        case Decoded.Failed<GenericRecord> failed -> throw new AssertionError(failed);
      }
    }

    System.gc();
    assertThat(read).hasSize(500);
    assertThat(read.stream().filter(schema -> schema.get() != null).count()).isLessThan(50);
  }
}
