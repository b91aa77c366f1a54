package io.millrace.validator.counts;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One task's counts: exact, because they are stored in the transaction of what they count. The
 * meters beside them are for dashboards; they begin at zero with the process and count a repeated
 * transaction again.
 */
public final class Tally {
  private final KeyValueStore<String, Long> store;
  private final MeterRegistry meters;
  private final String pipeline;
  private final Map<Counter, Cell> cells = new HashMap<>();

  public Tally(KeyValueStore<String, Long> store, MeterRegistry meters, String pipeline) {
    this.store = store;
    this.meters = meters;
    this.pipeline = pipeline;
    try (KeyValueIterator<String, Long> stored = store.all()) {
      while (stored.hasNext()) {
        KeyValue<String, Long> entry = stored.next();
        cell(Counter.ofKey(entry.key)).count = entry.value;
      }
    }
  }

  /** Counts one more. */
  public void add(Counter counter) {
    Cell cell = cell(counter);
    cell.meter.increment();
    store(cell, 1);
  }

  /** Changes a count that also goes down; its meter is the application's gauge. */
  public void change(Counter counter, long by) {
    store(cell(counter), by);
  }

  private void store(Cell cell, long by) {
    cell.count += by;
    store.put(cell.key, cell.count);
  }

  private Cell cell(Counter counter) {
    return cells.computeIfAbsent(counter, c -> new Cell(c.key(), meter(c)));
  }

  private io.micrometer.core.instrument.Counter meter(Counter counter) {
    Tags tags = Tags.of("pipeline", pipeline);
    if (!counter.detail().isEmpty()) {
      tags = tags.and(counter.name().equals(Counter.RECORDS) ? "stream" : "code", counter.detail());
    }
    return meters.counter("millrace.validator." + counter.name(), tags);
  }

  private static final class Cell {
    private final String key;
    private final io.micrometer.core.instrument.Counter meter;
    private long count;

    Cell(String key, io.micrometer.core.instrument.Counter meter) {
      this.key = key;
      this.meter = meter;
    }
  }
}
