package io.millrace.local.replay.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.values.Converted;
import io.millrace.contracts.values.JsonForm;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The objects of a JSON file: one after the other, a line each or not, or all in one array. */
final class JsonRecords implements Records {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final int MOST_UNNAMED = 1_000;

  private final StreamFile file;
  private final TextFile text;
  private final List<Field> fields;
  private final Set<String> unnamed = new LinkedHashSet<>();
  private final Set<String> named = new HashSet<>();
  private final JsonParser parser;
  private final boolean array;
  private long line;
  private JsonNode record = MissingNode.getInstance();

  JsonRecords(StreamFile file, TextFile text) {
    this.file = file;
    this.text = text;
    this.fields = file.stream().fieldList();
    try {
      this.parser = JSON.createParser(text.text());
      this.array = parser.nextToken() == JsonToken.START_ARRAY;
      if (array) {
        parser.nextToken();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean next() {
    try {
      if (array && parser.currentToken() == JsonToken.END_ARRAY) {
        if (parser.nextToken() != null) {
          throw refused("more follows behind the array of events");
        }
        return false;
      }
      if (parser.currentToken() == null) {
        return false;
      }
      line = parser.currentTokenLocation().getLineNr();
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw refused("an event is a JSON object, not " + word(parser.currentToken()));
      }
      ObjectNode object = JSON.readTree(parser);
      parser.nextToken();
      take(object);
      return true;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void take(ObjectNode object) {
    record = object;
    for (var member : object.properties()) {
      String name = member.getKey();
      if (file.stream().fields().containsKey(name)) {
        named.add(name);
      } else if (unnamed.size() < MOST_UNNAMED) {
        unnamed.add(name);
      }
      requireEvent(object, name, member.getValue());
    }
  }

  /** Events may come in an answer's envelope, whose own members are no event's. */
  private void requireEvent(ObjectNode object, String name, JsonNode member) {
    if (member.isArray()
        && member.path(0).isObject()
        && !object.has(file.stream().id())
        && !file.stream().fields().containsKey(name)) {
      throw refused(
          "an object without %s; if the events are those in its \"%s\", write these alone, one a line"
              .formatted(file.stream().id(), name));
    }
  }

  @Override
  public String place() {
    return "line " + line;
  }

  @Override
  public Converted value(int field) {
    Field of = fields.get(field);
    return JsonForm.convert(of, record.path(of.name()));
  }

  @Override
  public Set<String> named() {
    return Set.copyOf(named);
  }

  @Override
  public List<String> unnamed() {
    return new ArrayList<>(unnamed);
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw text.unreadable(e);
    }
  }

  private CommandFailedException refused(String message) {
    return new CommandFailedException(
        "%s line %d: %s; nothing was sent".formatted(file.path(), line, message));
  }

  private CommandFailedException failed(IOException e) {
    return e instanceof JsonProcessingException json
        ? new CommandFailedException(
            "%s line %d: %s; nothing was sent"
                .formatted(
                    file.path(),
                    json.getLocation() == null ? line : json.getLocation().getLineNr(),
                    json.getOriginalMessage()),
            e)
        : text.unreadable(e);
  }

  private static String word(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> token.asString() == null ? token.name() : token.asString();
    };
  }
}
