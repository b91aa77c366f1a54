package io.millrace.validator.topology;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.WireFormat;
import io.millrace.validator.checks.EventChecks;
import io.millrace.validator.checks.Verdict;
import io.millrace.validator.checks.Violation;
import io.millrace.validator.messages.Message;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Makes a judged event of a stream's raw value; not safe for several threads. */
final class EventReader {
  private final RecordDecoder<GenericRecord> decoder;
  private final RecordEncoder encoder;
  private final EventChecks checks;
  private final int streamSchemaId;
  private final int contentSchemaId;
  private final int idPosition;
  private final int timePosition;

  /** What came of reading a value. */
  sealed interface Reading {
    /** No bytes of an event of this stream. */
    record Unreadable(Violation violation) implements Reading {}

    /**
     * @param id as text; empty when it is missing or too long
     * @param time in microseconds, or {@link Message.Event#NO_TIME}
     * @param content in the stream's present schema; the value's own array when it is in it
     */
    record Event(String id, long time, byte[] content, List<Violation> violations)
        implements Reading {}
  }

  /**
   * @param schema the stream's, as derived from the pipeline file
   * @param streamSchemaId its id under the stream's topic
   * @param contentSchemaId its id under the topic that valid events go to
   * @param entities fields that name an entity
   */
  EventReader(
      Stream stream,
      Schema schema,
      int streamSchemaId,
      int contentSchemaId,
      Set<String> entities,
      SchemaCache schemas,
      InstantSource clock) {
    this.decoder = RecordDecoder.generic(schemas, schema);
    this.encoder = RecordEncoder.generic(contentSchemaId, schema);
    this.checks = EventChecks.of(stream, entities, clock);
    this.streamSchemaId = streamSchemaId;
    this.contentSchemaId = contentSchemaId;
    this.idPosition = schema.getField(stream.id()).pos();
    this.timePosition = schema.getField(stream.time()).pos();
  }

  /**
   * Decodes, checks and brings into the stream's schema.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException when the value's schema is
   *     unknown here and the registry is away
   */
  Reading read(byte[] value) {
    return switch (decoder.decode(value)) {
      case Decoded.Failed<GenericRecord> failed ->
          new Reading.Unreadable(Violation.ofRecord(failed.code(), failed.message()));
      case Decoded.Value<GenericRecord> decoded -> read(decoded.value(), content(value, decoded));
    };
  }

  private Reading read(GenericRecord event, byte[] content) {
    if (Limit.EVENT_BYTES.isExceededBy(content.length)) {
      return new Reading.Unreadable(
          Violation.ofRecord(
              ErrorCode.EVENT_TOO_LARGE,
              "the event takes %d bytes in its stream's schema, of which %d are allowed"
                  .formatted(content.length, Limit.EVENT_BYTES.most())));
    }
    return new Reading.Event(
        text(event.get(idPosition)),
        event.get(timePosition) instanceof Long micros ? micros : Message.Event.NO_TIME,
        content,
        switch (checks.check(event)) {
          case Verdict.Valid valid -> List.of();
          case Verdict.Invalid invalid -> invalid.violations();
        });
  }

  private byte[] content(byte[] value, Decoded.Value<GenericRecord> decoded) {
    if (decoded.schemaId() == contentSchemaId) {
      return value;
    }
    if (decoded.schemaId() == streamSchemaId) {
      byte[] content = value.clone();
      ByteBuffer.wrap(content).putInt(WireFormat.HEADER_BYTES - Integer.BYTES, contentSchemaId);
      return content;
    }
    return encoder.encode(decoded.value());
  }

  /** Nothing can be kept by an id that is too long. */
  private static String text(@Nullable Object id) {
    String text = id == null ? "" : id.toString();
    return Limit.KEY_FIELD_CHARACTERS.isExceededBy(text.length()) ? "" : text;
  }
}
