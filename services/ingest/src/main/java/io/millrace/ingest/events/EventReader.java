package io.millrace.ingest.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.Closest;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.time.EventTimes;
import io.millrace.contracts.values.Converted;
import io.millrace.contracts.values.JsonForm;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Reads the events of one stream from JSON objects. */
final class EventReader {
  private final Stream stream;
  private final Schema schema;

  /** What came of reading one row. */
  sealed interface Reading {
    record Read(Event event) implements Reading {}

    record Refused(ErrorCode code, Optional<String> field, String message) implements Reading {}
  }

  EventReader(Stream stream, Schema schema) {
    this.stream = stream;
    this.schema = schema;
  }

  Reading read(JsonNode row) {
    if (!row.isObject()) {
      return new Reading.Refused(
          ErrorCode.WRONG_TYPE, Optional.empty(), "an event is a JSON object, not " + kind(row));
    }
    GenericRecord value = new GenericData.Record(schema);
    for (Map.Entry<String, JsonNode> member : row.properties()) {
      Field field = stream.fields().get(member.getKey());
      if (field == null) {
        return unknown(member.getKey());
      }
      switch (JsonForm.convert(field, member.getValue())) {
        case Converted.Value converted -> value.put(field.name(), converted.value());
        case Converted.Missing missing -> {}
        case Converted.WrongForm wrong -> {
          return refused(ErrorCode.WRONG_TYPE, field.name(), wrong.message());
        }
      }
    }
    Object id = value.get(stream.id());
    if (id == null || id.toString().isEmpty()) {
      return refused(ErrorCode.NO_ID, stream.id(), "the event has no id");
    }
    if (Limit.KEY_FIELD_CHARACTERS.isExceededBy(id.toString().length())) {
      return refused(
          ErrorCode.STRING_TOO_LONG,
          stream.id(),
          Limit.KEY_FIELD_CHARACTERS.exceededBy(id.toString().length()));
    }
    if (!(value.get(stream.time()) instanceof Long time)) {
      return refused(ErrorCode.NO_TIME, stream.time(), "the event has no time");
    }
    return EventTimes.problem(time, stream.timeField().notation().numbers())
        .map(problem -> refused(problem.code(), stream.time(), problem.message()))
        .orElseGet(() -> new Reading.Read(new Event(id.toString(), time, value)));
  }

  private Reading unknown(String name) {
    String hint =
        Closest.to(name, stream.fields().keySet())
            .map(known -> "; did you mean " + known + "?")
            .orElse("; its fields are " + String.join(", ", stream.fields().keySet()));
    return refused(
        ErrorCode.UNKNOWN_FIELD, name, "stream " + stream.name() + " has no such field" + hint);
  }

  private static Reading refused(ErrorCode code, String field, String message) {
    return new Reading.Refused(code, Optional.of(field), message);
  }

  private static String kind(JsonNode row) {
    return switch (row.getNodeType()) {
      case ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case NULL -> "null";
      default -> row.asText();
    };
  }
}
