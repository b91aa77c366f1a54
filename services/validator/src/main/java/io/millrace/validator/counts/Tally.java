package io.millrace.validator.counts;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.validator.checks.Violation;
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
  private final Map<Counter, Long> counts = new HashMap<>();
  private final Map<Counter, io.micrometer.core.instrument.Counter> meterOf = new HashMap<>();

  public Tally(KeyValueStore<String, Long> store, MeterRegistry meters, String pipeline) {
    this.store = store;
    this.meters = meters;
    this.pipeline = pipeline;
    try (KeyValueIterator<String, Long> stored = store.all()) {
      while (stored.hasNext()) {
        KeyValue<String, Long> entry = stored.next();
        counts.put(Counter.ofKey(entry.key), entry.value);
      }
    }
  }

  /** Counts one more. */
  public void add(Counter counter) {
    meterOf.computeIfAbsent(counter, this::meter).increment();
    change(counter, 1);
  }

  /** Counts a refused record under its first reason. */
  public void addQuarantined(String stream, Violation reason) {
    add(Counter.quarantined(reason.code().name()));
    change(Counter.quarantinedField(reason.code().name(), stream, reason.field()), 1);
  }

  /** Changes a count that has no meter, or one that also goes down. */
  public void change(Counter counter, long by) {
    store.put(counter.key(), counts.merge(counter, by, Long::sum));
  }

  private io.micrometer.core.instrument.Counter meter(Counter counter) {
    Tags tags = Tags.of("pipeline", pipeline);
    if (!counter.detail().isEmpty()) {
      tags = tags.and(counter.kind(), counter.detail());
    }
    return meters.counter("millrace.validator." + counter.name(), tags);
  }
}
