package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.contracts.errors.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * One part of the document, read leniently: what is absent or has the wrong form reads as empty,
 * since {@link SchemaCheck} has told of it already.
 */
final class Section {
  private final JsonNode node;
  private final JsonPointer pointer;
  private final Problems problems;

  Section(JsonNode node, JsonPointer pointer, Problems problems) {
    this.node = node;
    this.pointer = pointer;
    this.problems = problems;
  }

  boolean has(String key) {
    return node.has(key);
  }

  boolean isMapping() {
    return node.isObject();
  }

  Section section(String key) {
    return new Section(
        node.isObject() ? node.path(key) : MissingNode.getInstance(),
        pointer.appendProperty(key),
        problems);
  }

  /** The entries of a mapping in file order. */
  SequencedMap<String, Section> entries() {
    SequencedMap<String, Section> entries = new LinkedHashMap<>();
    if (node.isObject()) {
      node.fieldNames().forEachRemaining(key -> entries.put(key, section(key)));
    }
    return entries;
  }

  /** The items of a list. */
  List<Section> items() {
    List<Section> items = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(
          item -> items.add(new Section(item, pointer.appendIndex(items.size()), problems)));
    }
    return items;
  }

  Optional<String> text() {
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }

  Optional<String> text(String key) {
    return section(key).text();
  }

  /** The texts among the items of a list. */
  List<String> texts(String key) {
    return section(key).items().stream().flatMap(item -> item.text().stream()).toList();
  }

  /** A scalar's text as it stands in the file. */
  String shown(String key) {
    return section(key).node.asText();
  }

  OptionalLong integer() {
    return node.isIntegralNumber() && node.canConvertToLong()
        ? OptionalLong.of(node.asLong())
        : OptionalLong.empty();
  }

  long integer(String key, long absent) {
    return section(key).integer().orElse(absent);
  }

  OptionalDouble number(String key) {
    JsonNode value = section(key).node;
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }

  boolean flag(String key, boolean absent) {
    JsonNode value = section(key).node;
    return value.isBoolean() ? value.asBoolean() : absent;
  }

  /** A duration of at most {@link Durations#MAX}. */
  Optional<Duration> duration(String key) {
    Section section = section(key);
    Optional<Duration> duration = section.text().flatMap(Durations::parse);
    if (duration.isPresent() && duration.get().compareTo(Durations.MAX) > 0) {
      section.problem("is longer than " + Durations.MAX.toDays() + "d", "");
      return Optional.empty();
    }
    return duration;
  }

  /** A member of a closed set, which the file may write in lower case. */
  <E extends Enum<E>> Optional<E> choice(Class<E> type) {
    return text()
        .flatMap(
            text ->
                List.of(type.getEnumConstants()).stream()
                    .filter(constant -> constant.name().equals(text.toUpperCase(Locale.ROOT)))
                    .findFirst());
  }

  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return section(key).choice(type);
  }

  void problem(String message, String fix) {
    problems.add(pointer, message, fix);
  }

  void problem(ErrorCode code, String message, String fix) {
    problems.add(code, pointer, message, fix);
  }

  /** A problem at a column of this text. */
  void problemAt(int column, String message, String fix) {
    problems.addInText(pointer, column, message, fix);
  }
}
