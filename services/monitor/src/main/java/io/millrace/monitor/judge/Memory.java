package io.millrace.monitor.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What the judge remembers beside the cells, in a store: each kind of thing has its own prefix. */
final class Memory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FACT = "fact/";
  private static final String PART = "part/";
  private static final String WINDOW = "window/";
  private static final String FIRST = "first/";
  private static final String SAID = "said/";
  private static final String ASKED = "asked/";
  private static final String ALERT = "alert/";
  private static final String MARKS = "marks/";
  private static final String LENGTH = "length/window";
  private static final String LABELS = "passed/labels";
  private static final String AFTER = "0"; // sorts next to the slash

  private final KeyValueStore<String, byte[]> store;

  Memory(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  void putFact(String key, JudgeInput.Fact fact) {
    store.put(FACT + fact.topic() + "/" + key, fact.toBytes());
  }

  /**
   * @param topic index in {@link JudgeInput#FACTS}
   */
  void dropFact(String key, int topic) {
    store.delete(FACT + topic + "/" + key);
  }

  void eachFact(BiConsumer<String, JudgeInput.Fact> consumer) {
    each(FACT, (key, value) -> consumer.accept(key, JudgeInput.Fact.fromBytes(value)));
  }

  void dropFacts(int topic) {
    drop(FACT + topic + "/");
  }

  void putPart(String part, byte[] announced) {
    store.put(PART + part, announced);
  }

  void dropPart(String part) {
    store.delete(PART + part);
  }

  /** All of them. */
  void dropParts() {
    drop(PART);
  }

  Set<String> partNames() {
    Set<String> names = new HashSet<>();
    each(PART, (part, announced) -> names.add(part));
    return names;
  }

  /** The parts that there are. */
  void eachPart(Consumer<byte[]> consumer) {
    each(PART, (part, announced) -> consumer.accept(announced));
  }

  void putWindow(WindowNumbers window) {
    store.put(WINDOW + window.start(), bytes(window));
  }

  /** Whether windows had another length before. */
  boolean hadOtherLength(long windowMicros) {
    byte[] before = store.get(LENGTH);
    byte[] now = longBytes(windowMicros);
    store.put(LENGTH, now);
    return before != null && !Arrays.equals(before, now);
  }

  /** Forgets a window's numbers, and what was said of it. */
  void dropWindow(long start) {
    store.delete(WINDOW + start);
    String time = "/" + CloudEvents.instant(start);
    List<String> said = new ArrayList<>();
    each(SAID, (key, content) -> said.add(key));
    said.stream()
        .filter(key -> key.endsWith(time) || key.contains(time + "/"))
        .forEach(key -> store.delete(SAID + key));
  }

  NavigableMap<Long, WindowNumbers> windows() {
    NavigableMap<Long, WindowNumbers> windows = new TreeMap<>();
    each(WINDOW, (key, value) -> windows.put(Long.valueOf(key), read(value, WindowNumbers.class)));
    return windows;
  }

  /** How a version did in one of its first windows, which outlives the window. */
  void putFirst(int version, long start, VersionNumbers numbers) {
    try {
      store.put(FIRST + version + "/" + start, JSON.writeValueAsBytes(numbers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers can be written", e);
    }
  }

  void dropFirst(int version, long start) {
    store.delete(FIRST + version + "/" + start);
  }

  /** By version and start. */
  SortedMap<Integer, SortedMap<Long, VersionNumbers>> first() {
    SortedMap<Integer, SortedMap<Long, VersionNumbers>> first = new TreeMap<>();
    each(
        FIRST,
        (key, value) -> {
          int slash = key.indexOf('/');
          try {
            first
                .computeIfAbsent(Integer.valueOf(key.substring(0, slash)), none -> new TreeMap<>())
                .put(
                    Long.valueOf(key.substring(slash + 1)),
                    JSON.readValue(value, VersionNumbers.class));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return first;
  }

  /** The revision that says something of a key; the last one, when that said the same. */
  int revision(String key, byte[] content) {
    byte[] before = store.get(SAID + key);
    int last = before == null ? 0 : ByteBuffer.wrap(before).getInt();
    byte[] now =
        ByteBuffer.allocate(Integer.BYTES + content.length).putInt(last).put(content).array();
    if (before != null && Arrays.equals(before, now)) {
      return last;
    }
    ByteBuffer.wrap(now).putInt(last + 1);
    store.put(SAID + key, now);
    return last + 1;
  }

  int lastRevision(String key) {
    byte[] before = store.get(SAID + key);
    return before == null ? 0 : ByteBuffer.wrap(before).getInt();
  }

  void putAsked(String run, long eventTime) {
    store.put(ASKED + run, longBytes(eventTime));
  }

  void dropAsked(String run) {
    store.delete(ASKED + run);
  }

  Map<String, Long> asked() {
    Map<String, Long> asked = new HashMap<>();
    each(ASKED, (run, value) -> asked.put(run, ByteBuffer.wrap(value).getLong()));
    return asked;
  }

  void putAlert(String id, byte[] raised) {
    store.put(ALERT + id, raised);
  }

  void dropAlert(String id) {
    store.delete(ALERT + id);
  }

  /** The alerts that are up. */
  SortedMap<String, byte[]> alerts() {
    SortedMap<String, byte[]> alerts = new TreeMap<>();
    each(ALERT, alerts::put);
    return alerts;
  }

  void putMarks(String source, byte[] watermarks) {
    store.put(MARKS + source, watermarks);
  }

  Optional<byte[]> marks(String source) {
    return Optional.ofNullable(store.get(MARKS + source));
  }

  void putLabelsPassed(long time) {
    store.put(LABELS, longBytes(time));
  }

  /** How far labels were, or were taken to be. */
  Optional<Long> labelsPassed() {
    return Optional.ofNullable(store.get(LABELS)).map(bytes -> ByteBuffer.wrap(bytes).getLong());
  }

  private void drop(String prefix) {
    List<String> keys = new ArrayList<>();
    each(prefix, (key, value) -> keys.add(prefix + key));
    keys.forEach(store::delete);
  }

  private void each(String prefix, BiConsumer<String, byte[]> consumer) {
    String end = prefix.substring(0, prefix.length() - 1) + AFTER;
    try (KeyValueIterator<String, byte[]> range = store.range(prefix, end)) {
      range.forEachRemaining(
          entry -> consumer.accept(entry.key.substring(prefix.length()), entry.value));
    }
  }

  private static byte[] bytes(Object numbers) {
    try {
      return JSON.writeValueAsBytes(numbers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers can be written", e);
    }
  }

  private static <T> T read(byte[] numbers, Class<T> type) {
    try {
      return JSON.readValue(numbers, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
