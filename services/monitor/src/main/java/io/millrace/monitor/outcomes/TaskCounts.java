package io.millrace.monitor.outcomes;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What a task has counted, kept in a store so that it is as exact as the records themselves. */
public final class TaskCounts {
  /** The things that are counted. */
  enum Count {
    /** Through the stream. */
    PREDICTIONS("predictions"),
    /** Of an example whose prediction waits for its label; the first one counts. */
    REPEATED("repeated"),
    OUTCOMES("outcomes"),
    LABELS_WITHOUT_PREDICTION("labelsWithoutPrediction"),
    LABELS_AFTER_BOUND("labelsAfterBound"),
    LABELS_WITHOUT_VALUE("labelsWithoutValue"),
    /** Predictions that no label came for in time. */
    UNLABELLED("unlabelled"),
    /** Predictions and outcomes of a window that was settled already. */
    LATE("late");

    private final String text;

    Count(String text) {
      this.text = text;
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
  public static Map<String, Object> sum(KeyValueIterator<String, Long> tasks) {
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
