package io.millrace.messaging.serde;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes values in the wire format to one reader schema; one reader per writer schema is made
 * once. Strings come as {@code String}. Not safe for several threads.
 */
public final class RecordDecoder<T> {
  /** A process meets few schemas; more are someone's play, and none of them is kept. */
  private static final int MOST_READERS = 256;

  private final SchemaCache schemas;
  private final Schema readerSchema;
  private final ReaderFactory<T> readers;
  private final Map<Integer, Reading<T>> readingById = new HashMap<>();
  private final BoundedDecoder decoder = new BoundedDecoder();

  /** Each reader has a model of its own: a model keeps all that was ever read with it. */
  private interface ReaderFactory<T> {
    DatumReader<T> reader(Schema writer, Schema reader);
  }

  /** How values of one writer schema are read, if they are. */
  private sealed interface Reading<T> {
    record By<T>(DatumReader<T> reader) implements Reading<T> {}

    record Refused<T>(Decoded.Failed<T> failed) implements Reading<T> {}
  }

  private RecordDecoder(SchemaCache schemas, Schema readerSchema, ReaderFactory<T> readers) {
    this.schemas = schemas;
    this.readerSchema = readerSchema;
    this.readers = readers;
  }

  public static RecordDecoder<GenericRecord> generic(SchemaCache schemas, Schema readerSchema) {
    return new RecordDecoder<>(
        schemas,
        withJavaStrings(readerSchema),
        (writer, reader) -> new GenericDatumReader<>(writer, reader, new GenericData()));
  }

  /** Records of a class; those within it come from the same class loader, on whatever thread. */
  public static <T extends SpecificRecord> RecordDecoder<T> specific(
      SchemaCache schemas, Class<T> type) {
    return new RecordDecoder<>(
        schemas,
        SpecificData.get().getSchema(type),
        (writer, reader) -> new SpecificDatumReader<>(writer, reader, model(type)));
  }

  private static SpecificData model(Class<? extends SpecificRecord> type) {
    SpecificData model = new SpecificData(type.getClassLoader());
    SpecificData.getForClass(type).getConversions().forEach(model::addLogicalTypeConversion);
    return model;
  }

  /**
   * Decodes one value, whatever it is, none (a tombstone's) too: what it says about lengths is
   * checked against its own, and no failure but the registry's absence comes as an exception.
   *
   * @throws RegistryUnavailableException when the writer's schema is unknown here and the registry
   *     is away
   */
  public Decoded<T> decode(byte @Nullable [] value) {
    if (value == null || !WireFormat.hasHeader(value)) {
      return new Decoded.Failed<>(
          ErrorCode.UNDECODABLE, "the value does not start with a zero byte and a schema id");
    }
    int id = WireFormat.schemaId(value);
    Reading<T> reading = readingById.get(id);
    if (reading == null) {
      Schema writer;
      switch (schemas.lookUp(id)) {
        case SchemaCache.LookUp.Known known -> writer = known.schema();
        case SchemaCache.LookUp.Unknown unknown -> {
          return new Decoded.Failed<>(
              ErrorCode.UNKNOWN_SCHEMA_ID, "the registry has no schema with id " + id);
        }
        case SchemaCache.LookUp.Unusable unusable -> {
          return new Decoded.Failed<>(
              ErrorCode.INCOMPATIBLE_SCHEMA, "schema " + id + " " + unusable.reason());
        }
      }
      reading = reading(id, writer);
      if (readingById.size() >= MOST_READERS) {
        readingById.clear();
      }
      readingById.put(id, reading);
    }
    return switch (reading) {
      case Reading.By<T> by -> decode(value, id, by.reader());
      case Reading.Refused<T> refused -> refused.failed();
    };
  }

  private Decoded<T> decode(byte[] value, int id, DatumReader<T> reader) {
    try {
      decoder.begin(value, WireFormat.HEADER_BYTES);
      @SuppressWarnings("NullAway") // Avro's "reuse" argument may be null
      T decoded = reader.read(null, decoder);
      return decoder.isAtEnd()
          ? new Decoded.Value<>(decoded, id)
          : new Decoded.Failed<>(ErrorCode.UNDECODABLE, "bytes are left over behind the record");
    } catch (IOException | RuntimeException | StackOverflowError e) { // a closed set Avro has not
      return new Decoded.Failed<>(ErrorCode.UNDECODABLE, "not a record of schema " + id);
    }
  }

  private Reading<T> reading(int id, Schema writer) {
    try {
      if (writer.getType() != Schema.Type.RECORD) {
        return refused("schema " + id + " is not that of a record");
      }
      Optional<String> refusal = SchemaBounds.refusal(writer);
      if (refusal.isPresent()) {
        return refused("schema " + id + " " + refusal.get());
      }
      SchemaCompatibility.SchemaPairCompatibility compatibility =
          SchemaCompatibility.checkReaderWriterCompatibility(readerSchema, writer);
      if (compatibility.getType() != SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE) {
        return refused(
            "schema %d (%s) cannot be read as %s"
                .formatted(id, writer.getFullName(), readerSchema.getFullName()));
      }
      return new Reading.By<>(readers.reader(writer, readerSchema));
    } catch (RuntimeException | StackOverflowError e) {
      return refused("schema %d cannot be understood".formatted(id));
    }
  }

  private static <T> Reading<T> refused(String reason) {
    return new Reading.Refused<>(new Decoded.Failed<>(ErrorCode.INCOMPATIBLE_SCHEMA, reason));
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
