package io.millrace.ingest.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.json.ForeignJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the body of a request as the events of a stream: all of them, or none. */
final class EventBody {
  /** The forms of a body. */
  enum Form {
    /** One object, or an array of them. */
    JSON,
    /** One object a line. */
    NDJSON
  }

  /** What came of reading. */
  sealed interface Reading {
    record Events(List<Event> events) implements Reading {}

    /**
     * @param row counted from 0: the element of the array, or the line
     */
    record Refused(ErrorCode code, OptionalInt row, Optional<String> field, String message)
        implements Reading {}
  }

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      ForeignJson.constraints().maxNestingDepth(16).maxNumberLength(1_100).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final EventReader reader;

  EventBody(EventReader reader) {
    this.reader = reader;
  }

  Reading read(Form form, byte[] body) {
    return switch (form) {
      case JSON -> json(body);
      case NDJSON -> lines(body);
    };
  }

  private Reading json(byte[] body) {
    List<Event> events = new ArrayList<>();
    OptionalInt row = OptionalInt.empty();
    try (JsonParser parser = JSON.createParser(body)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return empty();
      }
      boolean array = first == JsonToken.START_ARRAY;
      row = OptionalInt.of(0);
      while (!array || parser.nextToken() != JsonToken.END_ARRAY) {
        Optional<Reading> refused = add(events, row.getAsInt(), parser.readValueAsTree());
        if (refused.isPresent()) {
          return refused.get();
        }
        if (!array) {
          break;
        }
        row = OptionalInt.of(row.getAsInt() + 1);
      }
      return parser.nextToken() == null
          ? new Reading.Events(events)
          : malformed(row, "more follows behind the value; several go into an array or NDJSON");
    } catch (IOException | NumberFormatException e) {
      return malformed(row, words(e));
    }
  }

  private Reading lines(byte[] body) {
    List<Event> events = new ArrayList<>();
    int line = 0;
    for (int from = 0; from < body.length; line++) {
      int to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      try (JsonParser parser = JSON.createParser(body, from, to - from)) {
        if (parser.nextToken() != null) {
          Optional<Reading> refused = add(events, line, parser.readValueAsTree());
          if (refused.isPresent()) {
            return refused.get();
          }
          if (parser.nextToken() != null) {
            return malformed(OptionalInt.of(line), "more than one value in a line");
          }
        }
      } catch (IOException | NumberFormatException e) {
        return malformed(OptionalInt.of(line), words(e));
      }
      from = to + 1;
    }
    return events.isEmpty() ? empty() : new Reading.Events(events);
  }

  private Optional<Reading> add(List<Event> events, int row, JsonNode json) {
    return switch (reader.read(json)) {
      case EventReader.Reading.Read read -> {
        events.add(read.event());
        yield Optional.empty();
      }
      case EventReader.Reading.Refused refused ->
          Optional.of(
              new Reading.Refused(
                  refused.code(), OptionalInt.of(row), refused.field(), refused.message()));
    };
  }

  private static Reading empty() {
    return new Reading.Refused(
        ErrorCode.EMPTY_BODY, OptionalInt.empty(), Optional.empty(), "the body has no event");
  }

  private static Reading malformed(OptionalInt row, String message) {
    return new Reading.Refused(ErrorCode.MALFORMED_JSON, row, Optional.empty(), message);
  }

  private static String words(Exception e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
