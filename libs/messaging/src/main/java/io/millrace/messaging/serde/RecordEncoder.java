package io.millrace.messaging.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Encodes the records of one schema; not safe for several threads. */
public final class RecordEncoder {
  private final int schemaId;
  private final DatumWriter<IndexedRecord> writer;
  private final ReusableOutput out = new ReusableOutput();
  private @Nullable BinaryEncoder encoder;

  private RecordEncoder(int schemaId, DatumWriter<IndexedRecord> writer) {
    this.schemaId = schemaId;
    this.writer = writer;
  }

  public static RecordEncoder generic(int schemaId, Schema schema) {
    return new RecordEncoder(schemaId, new GenericDatumWriter<>(schema));
  }

  public static <T extends SpecificRecord> RecordEncoder specific(int schemaId, Class<T> type) {
    Schema schema = SpecificData.get().getSchema(type);
    return new RecordEncoder(
        schemaId, new SpecificDatumWriter<>(schema, SpecificData.getForClass(type)));
  }

  /** The record in the wire format, as a new array. */
  public byte[] encode(IndexedRecord value) {
    try {
      out.reset();
      WireFormat.writeHeader(out, schemaId);
      encoder = EncoderFactory.get().directBinaryEncoder(out, encoder);
      writer.write(value, encoder);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
