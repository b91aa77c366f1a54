package io.millrace.transformer.stream;

import io.millrace.messaging.serde.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Encodes vectors and rows. Avro writes a record as its fields one after the other, so an example
 * is how its vector starts, and a vector how its row starts: what has the schema of today is
 * copied, not encoded again. Not safe for several threads.
 */
final class VectorEncoder {
  private final int exampleId;
  private final int vectorId;
  private final int rowId;
  private final GenericDatumWriter<GenericRecord> exampleWriter;
  private final GenericDatumWriter<GenericRecord> vectorWriter;
  private final List<Schema> derivedTypes;
  private final List<Schema> windowedTypes;
  private final Schema labelType;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
  private final BinaryEncoder avro = EncoderFactory.get().directBinaryEncoder(out, null);
  private final FieldWriter fields = new FieldWriter();

  /**
   * @param derivedFields how many fields of the vector, behind the example's, are derived
   */
  VectorEncoder(
      Schema example,
      int exampleId,
      Schema vector,
      int vectorId,
      Schema row,
      int rowId,
      int derivedFields) {
    this.exampleId = exampleId;
    this.vectorId = vectorId;
    this.rowId = rowId;
    this.exampleWriter = new GenericDatumWriter<>(example);
    this.vectorWriter = new GenericDatumWriter<>(vector);
    int exampleFields = example.getFields().size();
    int vectorFields = vector.getFields().size();
    List<Schema> types = vector.getFields().stream().map(Schema.Field::schema).toList();
    this.derivedTypes = types.subList(exampleFields, exampleFields + derivedFields);
    this.windowedTypes = types.subList(exampleFields + derivedFields, vectorFields - 1);
    this.labelType = row.getFields().get(vectorFields).schema();
  }

  /**
   * The whole vector in the wire format.
   *
   * @param wire the example as it came
   * @param windowed in the order of the pipeline; what is behind is none of the vector's
   */
  byte[] vector(
      byte[] wire,
      GenericRecord example,
      ExampleReader reader,
      @Nullable Object[] windowed,
      boolean incomplete) {
    return write(
        () -> {
          header(vectorId);
          copyOrEncode(wire, exampleId, example, exampleWriter);
          for (int i = 0; i < derivedTypes.size(); i++) {
            fields.write(derivedTypes.get(i), reader.derived(example, i), avro);
          }
          for (int i = 0; i < windowedTypes.size(); i++) {
            fields.write(windowedTypes.get(i), windowed[i], avro);
          }
          avro.writeBoolean(incomplete);
        });
  }

  /** What a row has beyond its vector. */
  byte[] label(Object value, long time) {
    return write(
        () -> {
          fields.write(labelType, value, avro);
          avro.writeLong(time);
        });
  }

  /**
   * The row in the wire format.
   *
   * @param wire the vector as it was sent
   */
  byte[] row(byte[] wire, ExampleReader reader, byte[] label) {
    return write(
        () -> {
          header(rowId);
          GenericRecord vector =
              WireFormat.schemaId(wire) == vectorId ? null : reader.readVector(wire);
          copyOrEncode(wire, vectorId, vector, vectorWriter);
          out.write(label);
        });
  }

  private void copyOrEncode(
      byte[] wire,
      int schemaId,
      @Nullable GenericRecord record,
      GenericDatumWriter<GenericRecord> writer)
      throws IOException {
    if (WireFormat.schemaId(wire) == schemaId) {
      out.write(wire, WireFormat.HEADER_BYTES, wire.length - WireFormat.HEADER_BYTES);
    } else {
      writer.write(Objects.requireNonNull(record), avro);
    }
  }

  private void header(int schemaId) throws IOException {
    out.write(ByteBuffer.allocate(WireFormat.HEADER_BYTES).put((byte) 0).putInt(schemaId).array());
  }

  private byte[] write(Step step) {
    try {
      out.reset();
      step.run();
      avro.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static final class FieldWriter extends GenericDatumWriter<Object> {
    FieldWriter() {
      super(GenericData.get());
    }

    void write(Schema type, @Nullable Object value, BinaryEncoder avro) throws IOException {
      super.write(type, value, avro);
    }
  }
}
