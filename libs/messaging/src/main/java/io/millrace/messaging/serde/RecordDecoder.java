package io.millrace.messaging.serde;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SystemLimitException;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes values in the wire format to one reader schema; one reader per writer schema is made
 * once. Strings come as {@code String}. Not safe for several threads.
 */
public final class RecordDecoder<T> {
  /** Without a limit a damaged length would take all memory. */
  private static final String MOST_BYTES = Integer.toString(DataTopic.MOST_RECORD_BYTES);

  static { // before Avro's decoder is loaded, which reads them once
    System.setProperty(SystemLimitException.MAX_STRING_LENGTH_PROPERTY, MOST_BYTES);
    System.setProperty(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, MOST_BYTES);
    System.setProperty(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, MOST_BYTES);
  }

  private final SchemaCache schemas;
  private final Schema readerSchema;
  private final ReaderFactory<T> readers;
  private final Map<Integer, DatumReader<T>> readerById = new HashMap<>();
  private @Nullable BinaryDecoder decoder;

  private interface ReaderFactory<T> {
    DatumReader<T> reader(Schema writer, Schema reader);
  }

  private RecordDecoder(SchemaCache schemas, Schema readerSchema, ReaderFactory<T> readers) {
    this.schemas = schemas;
    this.readerSchema = readerSchema;
    this.readers = readers;
  }

  public static RecordDecoder<GenericRecord> generic(SchemaCache schemas, Schema readerSchema) {
    return new RecordDecoder<>(schemas, withJavaStrings(readerSchema), GenericDatumReader::new);
  }

  /** Records of a class; those within it come from the same class loader, on whatever thread. */
  public static <T extends SpecificRecord> RecordDecoder<T> specific(
      SchemaCache schemas, Class<T> type) {
    SpecificData model = new SpecificData(type.getClassLoader());
    SpecificData.getForClass(type).getConversions().forEach(model::addLogicalTypeConversion);
    return new RecordDecoder<>(
        schemas,
        model.getSchema(type),
        (writer, reader) -> new SpecificDatumReader<>(writer, reader, model));
  }

  /**
   * Decodes one value.
   *
   * @throws RegistryUnavailableException when the writer's schema is unknown here and the registry
   *     is away
   */
  public Decoded<T> decode(byte[] value) {
    if (!WireFormat.hasHeader(value)) {
      return new Decoded.Failed<>(
          ErrorCode.UNDECODABLE, "the value does not start with a zero byte and a schema id");
    }
    int id = WireFormat.schemaId(value);
    DatumReader<T> reader = readerById.get(id);
    if (reader == null) {
      Optional<Schema> writer = schemas.schema(id);
      if (writer.isEmpty()) {
        return new Decoded.Failed<>(
            ErrorCode.UNKNOWN_SCHEMA_ID, "the registry has no schema with id " + id);
      }
      SchemaCompatibility.SchemaPairCompatibility compatibility =
          SchemaCompatibility.checkReaderWriterCompatibility(readerSchema, writer.get());
      if (compatibility.getType() != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
        return new Decoded.Failed<>(
            ErrorCode.INCOMPATIBLE_SCHEMA,
            "schema "
                + id
                + " ("
                + writer.get().getFullName()
                + ") cannot be read as "
                + readerSchema.getFullName());
      }
      reader = readers.reader(writer.get(), readerSchema);
      readerById.put(id, reader);
    }
    try {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(
                  value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, decoder);
      @SuppressWarnings("NullAway") // Avro's "reuse" argument may be null
      T decoded = reader.read(null, decoder);
      return decoder.isEnd()
          ? new Decoded.Value<>(decoded, id)
          : new Decoded.Failed<>(ErrorCode.UNDECODABLE, "bytes are left over behind the record");
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      return new Decoded.Failed<>(ErrorCode.UNDECODABLE, "not a record of schema " + id);
    }
  }

  /** A copy of a schema whose strings are read as {@code String}. */
  private static Schema withJavaStrings(Schema schema) {
    Schema copy = new Schema.Parser().parse(schema.toString());
    copy.getFields().forEach(field -> markStrings(field.schema()));
    return copy;
  }

  private static void markStrings(Schema schema) {
    switch (schema.getType()) {
      case STRING -> GenericData.setStringType(schema, GenericData.StringType.String);
      case UNION -> schema.getTypes().forEach(RecordDecoder::markStrings);
      case ARRAY -> markStrings(schema.getElementType());
      default -> {}
    }
  }
}
