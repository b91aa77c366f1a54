package io.millrace.transformer.stream;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What a task has counted, kept in a store so that it is as exact as the records themselves. */
final class TaskCounts {
  /** The things that are counted. */
  enum Count {
    VECTORS("vectors"),
    INCOMPLETE("incomplete"),
    ROWS("rows"),
    LABELS_WITHOUT_EXAMPLE("labelsWithoutExample"),
    LABELS_AFTER_BOUND("labelsAfterBound"),
    LABELS_WITHOUT_VALUE("labelsWithoutValue"),
    EXAMPLES_WITHOUT_LABEL("examplesWithoutLabel"),

    /** Vectors whose version is not known any more: their label's meaning isn't, either. */
    VECTORS_OF_FORGOTTEN_VERSION("vectorsOfForgottenVersion"),

    /** Labels of the time of their example, or from before it: they count in no window. */
    LABELS_NOT_AFTER_EXAMPLE("labelsNotAfterExample"),

    /** Events of a time that has been passed. */
    LATE("late"),

    /** Those of them that come too late for windows. */
    BEHIND_CLOCK("behindClock");

    private final String text;

    Count(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final KeyValueStore<String, Long> store;

  TaskCounts(KeyValueStore<String, Long> store) {
    this.store = store;
  }

  void add(Count count) {
    Long before = store.get(count.text);
    store.put(count.text, before == null ? 1L : before + 1);
  }

  /** The sum over the local tasks, by name; every name is there. */
  static Map<String, Object> sum(KeyValueIterator<String, Long> tasks) {
    Map<String, Long> sums = new TreeMap<>();
    for (Count count : Count.values()) {
      sums.put(count.text, 0L);
    }
    try (tasks) {
      tasks.forEachRemaining(entry -> sums.merge(entry.key, entry.value, Long::sum));
    }
    return new TreeMap<>(sums);
  }
}
